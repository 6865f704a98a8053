//! Tables as text, whatever encoding and line ends they were saved with.

/// Bytes at the start that show whether text without a mark is UTF-16.
const BEGINNING: usize = 256;
/// Letters of a word that are shown.
const LONGEST_SHOWN: usize = 80;

/// The text of a file: UTF-8, or UTF-16 of either byte order, with or without a mark at the start;
/// what is neither is Latin-1, in which every byte is a letter.
pub fn decoded(bytes: &[u8]) -> String {
    match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => utf8(rest),
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => match zeros(bytes) {
            (0, odd) if odd > BEGINNING.min(bytes.len()) / 4 => utf16(bytes, u16::from_le_bytes),
            (even, 0) if even > BEGINNING.min(bytes.len()) / 4 => utf16(bytes, u16::from_be_bytes),
            _ => utf8(bytes),
        },
    }
}

fn utf8(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().copied().map(char::from).collect(),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let (pairs, _) = bytes.as_chunks::<2>();
    let units = pairs.iter().copied().map(unit);
    char::decode_utf16(units)
        .map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

/// Zero bytes at even and at odd places of the beginning: half of those of western UTF-16.
fn zeros(bytes: &[u8]) -> (usize, usize) {
    let beginning = bytes.iter().take(BEGINNING).enumerate();
    beginning
        .filter(|(_, byte)| **byte == 0)
        .fold((0, 0), |(even, odd), (place, _)| match place % 2 {
            0 => (even + 1, odd),
            _ => (even, odd + 1),
        })
}

/// A word of a table as it may be shown: without control characters, and no longer than a line.
pub fn shortened(word: &str) -> String {
    let visible = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    let mut short: String = word
        .trim()
        .chars()
        .take(LONGEST_SHOWN)
        .map(visible)
        .collect();
    if short.len() < word.trim().len() {
        short.push('…');
    }
    short
}

/// The first line without its end, and what follows: lines end in `\n`, `\r\n` or `\r`. `None` at
/// the end of the text.
pub fn cut_line(text: &str) -> Option<(&str, &str)> {
    if text.is_empty() {
        return None;
    }
    let Some((line, _)) = text.split_once(['\n', '\r']) else {
        return Some((text, ""));
    };
    let rest = text.get(line.len()..).unwrap_or_default();
    let rest = rest
        .strip_prefix("\r\n")
        .or_else(|| rest.strip_prefix(['\n', '\r']));
    Some((line, rest.unwrap_or_default()))
}

/// Lines with something on them, and their numbers from 1.
pub fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut rest = text;
    let all = std::iter::from_fn(move || {
        let (line, behind) = cut_line(rest)?;
        rest = behind;
        Some(line)
    });
    (1..).zip(all).filter(|(_, line)| !line.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_usual_encoding_reads_the_same() {
        let text = "file,größe\nä.png,1\n";
        let units = || text.encode_utf16();
        let little: Vec<u8> = units().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = units().flat_map(u16::to_be_bytes).collect();
        let latin: Vec<u8> = text.chars().map(|letter| letter as u8).collect();
        let marked = |mark: &[u8], rest: &[u8]| [mark, rest].concat();
        for bytes in [
            text.as_bytes().to_vec(),
            marked(&[0xef, 0xbb, 0xbf], text.as_bytes()),
            marked(&[0xff, 0xfe], &little),
            marked(&[0xfe, 0xff], &big),
            little,
            big,
            latin,
        ] {
            assert_eq!(decoded(&bytes), text, "{bytes:?}");
        }
        assert_eq!(decoded(&[0xff, 0xfe, 0x00, 0xd8, 0x41]), "\u{fffd}");
        assert_eq!(decoded(&[]), "");
    }

    #[test]
    fn lines_end_as_on_any_system() {
        for text in ["a\n\nb\n", "a\r\n\r\nb", "a\r\rb\r"] {
            let found: Vec<_> = lines(text).collect();
            assert_eq!(found, [(1, "a"), (3, "b")], "{text:?}");
        }
    }
}
