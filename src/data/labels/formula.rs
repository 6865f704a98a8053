//! Names that a spreadsheet would take for formulas.
//!
//! A cell that begins with one of a few letters is calculated when the table is opened, and may start
//! a program (CSV injection, OWASP): with an apostrophe in front it is text.

const MARKS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

fn is_formula(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(MARKS)
}

/// The cell for a name.
pub fn written(name: &str) -> String {
    if is_formula(name) {
        format!("'{name}")
    } else {
        name.to_owned()
    }
}

/// The name in a cell that [`written`] made.
pub fn read(cell: &str) -> &str {
    let inside = cell.strip_prefix('\'').filter(|rest| is_formula(rest));
    inside.unwrap_or(cell)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_is_a_formula_and_each_comes_back() {
        for name in [
            "=cmd|' /C calc'!A0",
            "+1",
            "-x",
            "@a",
            "\tb",
            "'=c",
            "''-",
            "'plain",
            "d",
            "",
        ] {
            let cell = written(name);
            assert!(!cell.starts_with(MARKS), "{cell}");
            assert_eq!(read(&cell), name);
        }
    }
}
