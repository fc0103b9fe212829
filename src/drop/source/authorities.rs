//! The authorities that take reports from outside, by field: data with a date, for the pages' duty to name them
//! (lag 2021:890, 5 kap. 9 §).
//!
//! Those that the government named in the annex to förordning (2021:949), with today's names, and those that took on the
//! EU's sanctions in 2025; the Government Offices are left out, to which no field of a municipality belongs. Put together
//! on [`AS_OF`]; the pages say that the annex decides.

/// The day on which the list was put together.
pub(crate) const AS_OF: (i16, i8, i8) = (2026, 11, 28);

/// Names, and the message that names their field.
pub(crate) const AUTHORITIES: [(&str, &str); 18] = [
    ("Arbetsmiljöverket", "field-work"),
    ("Konkurrensverket", "field-procurement"),
    ("Inspektionen för vård och omsorg (IVO)", "field-care"),
    ("Folkhälsomyndigheten", "field-health"),
    ("Läkemedelsverket", "field-medicine"),
    ("Integritetsskyddsmyndigheten (IMY)", "field-data"),
    ("Naturvårdsverket, Havs- och vattenmyndigheten, Skogsstyrelsen, länsstyrelserna", "field-environment"),
    ("Kemikalieinspektionen", "field-chemicals"),
    ("Livsmedelsverket, Statens jordbruksverk", "field-food"),
    ("Boverket, Elsäkerhetsverket, Konsumentverket, Swedac", "field-products"),
    ("Transportstyrelsen", "field-transport"),
    ("Energimyndigheten", "field-energy"),
    ("Strålsäkerhetsmyndigheten", "field-radiation"),
    ("Post- och telestyrelsen, Myndigheten för civilt försvar", "field-networks"),
    ("Finansinspektionen, Fastighetsmäklarinspektionen, Revisorsinspektionen, Spelinspektionen", "field-finance"),
    ("Skatteverket", "field-tax"),
    ("Ekobrottsmyndigheten", "field-eu-fraud"),
    (
        "Försäkringskassan, Inspektionen för strategiska produkter, Kommerskollegium, Migrationsverket, Polismyndigheten, \
         Tullverket",
        "field-sanctions",
    ),
];
