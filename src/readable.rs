//! Numbers as a person reads them.

use std::time::Duration;

/// Thousands set apart by a narrow space: `12 400`.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 * 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

/// A name as it begins a line: `Élan vital`.
pub fn capitalised(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).collect()
}

/// A speed: `71`, `8.4`, `12 400`.
pub fn speed(number: f32) -> String {
    if number < 9.95 {
        format!("{number:.1}")
    } else {
        count(number.round() as u64)
    }
}

/// A span of time in its two coarsest words: `18 min`, `2 h 5 min`, `40 s`.
pub fn span(time: Duration) -> String {
    let seconds = time.as_secs();
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, minutes) => format!("{hours} h {minutes} min"),
        (days, hours, _) => format!("{} d {hours} h", count(days)),
    }
}

/// A learning rate: `2.0e-4`.
pub fn rate(number: f64) -> String {
    format!("{number:.1e}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_begin_with_a_capital() {
        assert_eq!(capitalised("élan vital"), "Élan vital");
        assert_eq!(capitalised(""), "");
    }

    #[test]
    fn numbers_are_readable() {
        assert_eq!(count(7), "7");
        assert_eq!(count(123_400), "123\u{202f}400");
        assert_eq!(count(1_000_000), "1\u{202f}000\u{202f}000");
        assert_eq!(speed(8.44), "8.4");
        assert_eq!(speed(71.2), "71");
        assert_eq!(rate(2e-4), "2.0e-4");
        assert_eq!(span(Duration::from_secs(40)), "40 s");
        assert_eq!(span(Duration::from_secs(1100)), "18 min");
        assert_eq!(span(Duration::from_secs(7500)), "2 h 5 min");
    }
}
