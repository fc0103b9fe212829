//! The three organisations of the journey: each with its own recipients, texts, telephone numbers, deadlines and notice.

/// Who reads for whom, as the investigators write it down. Anna reads for two of the three.
pub const PEOPLE: &str = r#"
[[people]]
id = "anna"
name = "Anna Ek"
firm = "Ek & Alm"
role = "investigator"
cert = "anna.asc"
assignments = { sv = "Granskar inköp åt Granby", en = "Audits purchases for Granby" }

[[people]]
id = "bertil"
name = "Bertil Alm"
firm = "Ek & Alm"
role = "investigator"
cert = "bertil.asc"

[[people]]
id = "cecilia"
name = "Cecilia Reserv"
firm = "Ek & Alm"
role = "reserve"
cert = "cecilia.asc"

[[organisations]]
id = "lillaedet"
name = { sv = "Lilla Edets kommun", en = "Lilla Edet municipality" }
recipients = ["anna", "bertil", "cecilia"]

[[organisations]]
id = "granby"
name = { sv = "Granby kommun", en = "Granby municipality" }
recipients = ["anna", "cecilia"]
deadlines = { acknowledge_days = 3, feedback_months = 2 }

[[organisations]]
id = "ekhult"
name = { sv = "Ekhults vatten AB", en = "Ekhult Water Ltd" }
recipients = ["bertil", "cecilia"]
"#;

/// A crest that is nobody's.
pub const CREST: &[u8] = include_bytes!("crest.png");

/// What the drop's configuration says of each.
pub const CONFIG: &str = r#"
[organisations.lillaedet]
crest = "crest.png"
contact = { sv = "Kontaktcenter, 0123-45 60 10, vardagar 8–16.", en = "Contact centre, +46 123 45 60 10, weekdays 8–16." }
other_ways = { sv = "Ring 0123-45 60 00, vardagar 9–16, eller be om ett möte på samma nummer.", en = "Call +46 123 45 60 00, weekdays 9–16, or ask there for a meeting." }
updated = "2026-11-02"
privacy = { sv = "Kommunstyrelsen i Lilla Edet är personuppgiftsansvarig. Dataskyddsombudet nås på 0123-45 60 01.", en = "The municipal executive board of Lilla Edet is the controller. Its data protection officer answers at +46 123 45 60 01." }

[organisations.granby]
acknowledge = false
other_ways = { sv = "Ring 0456-78 90 00, dygnet runt.", en = "Call +46 456 78 90 00, day and night." }
privacy = { sv = "Kommunstyrelsen i Granby är personuppgiftsansvarig.", en = "The municipal executive board of Granby is the controller." }
more = { sv = "Granby tar också emot rapporter om sina stiftelser.", en = "Granby also takes reports about its foundations." }

[organisations.ekhult]
other_ways = { sv = "Skriv till Ekhults vatten AB, Visselblåsning, Vattugatan 1.", en = "Write to Ekhult Water Ltd, Whistleblowing, Vattugatan 1." }
privacy = { sv = "Ekhults vatten AB är personuppgiftsansvarigt.", en = "Ekhult Water Ltd is the controller." }
"#;
