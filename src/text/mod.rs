//! stub
/// d
pub mod dates {
    use chrono::*;
    use chrono_tz::Tz;
    /// h
    pub fn human(a: DateTime<Utc>, _: &Tz) -> String {
        a.to_string()
    }
    /// h
    pub fn human_time(a: DateTime<Utc>, _: &Tz) -> String {
        a.to_string()
    }
    /// h
    pub fn rfc3339(a: DateTime<Utc>) -> String {
        a.to_string()
    }
}
