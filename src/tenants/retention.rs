//! How long records are kept. From when the years count is written once, in the database's
//! `app.retained_until`: the event, or the report if that came later.

/// Years for which the record of an incident is kept: what the NDIS (Incident Management and Reportable
/// Incidents) Rules 2018 are understood to ask for.
pub const DEFAULT_RETENTION_YEARS: i32 = 7;
