//! The authorities that take reports from outside, by field: data with a date, for the pages' duty to name them
//! (lag 2021:890, 5 kap. 9 §).
//!
//! A selection of the annex to förordning (2021:949), put together on [`AS_OF`]; the pages say that the annex decides.

/// The day on which the selection was put together.
pub(crate) const AS_OF: (i16, i8, i8) = (2026, 11, 24);

/// Name, and the message that names its field.
pub(crate) const AUTHORITIES: [(&str, &str); 9] = [
    ("Arbetsmiljöverket", "field-work"),
    ("Ekobrottsmyndigheten", "field-eu-fraud"),
    ("Inspektionen för vård och omsorg (IVO)", "field-care"),
    ("Integritetsskyddsmyndigheten (IMY)", "field-data"),
    ("Konkurrensverket", "field-procurement"),
    ("Naturvårdsverket, Havs- och vattenmyndigheten, länsstyrelserna", "field-environment"),
    ("Skatteverket", "field-tax"),
    ("Transportstyrelsen", "field-transport"),
    ("Försäkringskassan, Kommerskollegium, Migrationsverket, Polismyndigheten, Tullverket", "field-sanctions"),
];
