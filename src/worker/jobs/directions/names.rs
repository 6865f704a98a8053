//! What a person calls a label.

/// Starter faces' factors whose name alone does not say what is seen.
const IN_WORDS: [(&str, &str); 14] = [
    ("yaw", "head turn"),
    ("pitch", "head nod"),
    ("roll", "head lean"),
    ("light_side", "light from the side"),
    ("light_height", "light from above"),
    ("light_warmth", "warm light"),
    ("mouth_open", "open mouth"),
    ("lids", "open eyes"),
    ("gaze_x", "look to the side"),
    ("gaze_y", "look up"),
    ("hair_tone", "fair hair"),
    ("hair_red", "red hair"),
    ("eye_light", "bright eyes"),
    ("frame_weight", "thick frames"),
];

/// The direction's name for a column of labels: `eyewear: glasses` is glasses, `hair: long` is long
/// hair, `Wearing_Hat` is wearing hat. `None` for the absence of something: the others of its kind
/// tell as much.
pub fn in_words(column: &str) -> Option<String> {
    if let Some((_, words)) = IN_WORDS.iter().find(|(name, _)| *name == column) {
        return Some((*words).to_owned());
    }
    let plain = |name: &str| name.replace('_', " ").to_lowercase();
    match column.split_once(": ") {
        Some((_, "none")) => None,
        Some(("eyewear" | "headwear", kind)) => Some(plain(kind)),
        Some(("hair", kind @ ("bob" | "bun" | "afro" | "quiff"))) => Some(plain(kind)),
        Some(("hair", "bald")) => Some("bald head".into()),
        Some((thing, kind)) => Some(format!("{} {}", plain(kind), plain(thing))),
        None => Some(plain(column)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_read_as_words() {
        let words = |column| in_words(column).unwrap();
        assert_eq!(words("yaw"), "head turn");
        assert_eq!(words("hair: long"), "long hair");
        assert_eq!(words("eyewear: glasses"), "glasses");
        assert_eq!(words("Wearing_Hat"), "wearing hat");
        assert_eq!(words("partition: training"), "training partition");
        assert_eq!(in_words("headwear: none"), None);
    }
}
