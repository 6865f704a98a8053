//! Numbers of the command line that are more than `f64` says: NaN and infinity are none of them.

/// Seconds that something may take: more than none, and an end.
pub fn seconds(text: &str) -> Result<f64, String> {
    within(text, "a number above 0, in seconds", |x| x > 0.0)
}

/// How much something counts.
pub fn weight(text: &str) -> Result<f64, String> {
    within(text, "0 or more", |x| x >= 0.0)
}

/// 0 to 1000.
pub fn times(text: &str) -> Result<f64, String> {
    within(text, "0 to 1000", |x| (0.0..=1000.0).contains(&x))
}

fn within(text: &str, range: &str, fits: fn(f64) -> bool) -> Result<f64, String> {
    let number = text.parse::<f64>().ok();
    let number = number.filter(|x| x.is_finite() && fits(*x));
    number.ok_or_else(|| format!("use {range}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_end_is_no_number() {
        for wrong in ["nan", "inf", "-inf", "1e999", "-1", "", "two"] {
            for read in [seconds, weight, times] {
                assert!(read(wrong).is_err(), "{wrong}");
            }
        }
        assert_eq!(
            (seconds("0.5"), weight("0"), times("6")),
            (Ok(0.5), Ok(0.0), Ok(6.0))
        );
        assert!(seconds("0").is_err() && times("1001").is_err());
    }
}
