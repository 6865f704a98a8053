//! Checks of the portraits as a whole.

use super::*;

/// A face on which every factor has something to change.
fn dressed() -> Factors {
    Factors {
        hair: HairStyle::Long,
        eyewear: Eyewear::Glasses,
        headwear: Headwear::Beanie,
        earrings: 0.5,
        beard: 0.6,
        moustache: 0.4,
        age: 0.6,
        ..Factors::average()
    }
}

/// The face on which one factor shows best.
fn stage(factor: &str) -> Factors {
    let bare_headed = ["ears", "hairline", "fringe", "hair_length", "earrings"].contains(&factor);
    if bare_headed {
        Factors {
            hair: HairStyle::Short,
            ..Factors::average()
        }
    } else {
        dressed()
    }
}

/// Mean difference of two pictures' bytes.
fn difference(a: &[u8], b: &[u8]) -> f32 {
    let sum: f32 = a
        .iter()
        .zip(b)
        .map(|(&a, &b)| f32::from(a.abs_diff(b)))
        .sum();
    sum / a.len() as f32
}

/// FNV-1a.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[test]
fn the_same_face_has_the_same_bytes_everywhere() {
    // The first must stay as it is. If the look of the newest was changed on purpose, put the new number here.
    let known = [0xc9b1_6af0_6749_76be, 0x3af2_f04a_faac_e275];
    for (edition, known) in Edition::ALL.into_iter().zip(known) {
        let pictures: Vec<u8> = (0..6)
            .flat_map(|index| draw(&Factors::sample(edition, 3, index), 32))
            .collect();
        let now = hash(&pictures);
        assert_eq!(now, known, "the hash of {edition:?} is now {now:#x}");
    }
}

#[test]
fn another_index_or_seed_is_another_face() {
    assert_eq!(
        Factors::sample(Edition::Second, 1, 2),
        Factors::sample(Edition::Second, 1, 2)
    );
    assert_ne!(
        Factors::sample(Edition::Second, 1, 2),
        Factors::sample(Edition::Second, 1, 3)
    );
    assert_ne!(
        Factors::sample(Edition::Second, 1, 2),
        Factors::sample(Edition::Second, 2, 2)
    );
}

#[test]
fn every_factor_changes_the_picture_and_only_its_own_label() {
    for (at, factor) in CONTINUOUS.iter().enumerate() {
        let (mut low, mut high) = (stage(factor.name), stage(factor.name));
        *low.numbers_mut()[at] = factor.low;
        *high.numbers_mut()[at] = factor.high;
        let change = difference(&draw(&low, 40), &draw(&high, 40));
        assert!(
            change > 0.02,
            "{} changes the picture by {change} only",
            factor.name
        );
        let moved: Vec<_> = (0..low.labels().len())
            .filter(|&i| low.labels()[i] != high.labels()[i])
            .collect();
        assert_eq!(moved, [at], "{}", factor.name);
    }
}

#[test]
fn a_small_move_is_a_small_change() {
    for (at, factor) in CONTINUOUS.iter().enumerate() {
        let before = stage(factor.name);
        let mut after = before.clone();
        *after.numbers_mut()[at] += 0.004 * (factor.high - factor.low);
        let change = difference(&draw(&before, 32), &draw(&after, 32));
        assert!(change < 1.5, "{} jumps by {change}", factor.name);
    }
}

#[test]
fn every_kind_changes_the_picture() {
    let average = Factors::average();
    let mut faces: Vec<_> = HairStyle::ALL
        .iter()
        .map(|&hair| Factors {
            hair,
            ..average.clone()
        })
        .collect();
    faces.extend(Eyewear::ALL.iter().skip(1).map(|&eyewear| Factors {
        eyewear,
        ..average.clone()
    }));
    faces.extend(Headwear::ALL.iter().skip(1).map(|&headwear| Factors {
        headwear,
        ..average.clone()
    }));
    let pictures: Vec<_> = faces.iter().map(|face| draw(face, 32)).collect();
    for (i, picture) in pictures.iter().enumerate() {
        for other in &pictures[..i] {
            assert!(difference(picture, other) > 0.3);
        }
    }
}

#[test]
fn labels_have_names_and_lie_in_range() {
    let names = Factors::label_names();
    let distinct: std::collections::HashSet<_> = names.iter().collect();
    assert_eq!(distinct.len(), names.len());
    for index in 0..500 {
        let face = Factors::sample(Edition::Second, 7, index);
        for (factor, number) in CONTINUOUS.iter().zip(face.numbers()) {
            assert!(
                (factor.low..=factor.high).contains(&number),
                "{} is {number}",
                factor.name
            );
        }
        let labels = face.labels();
        assert_eq!(labels.len(), names.len());
        assert!(labels.iter().all(|label| (0.0..=1.0).contains(label)));
        // One column is hot in each of the three groups of kinds.
        assert_eq!(labels[CONTINUOUS.len()..].iter().sum::<f32>(), 3.0);
    }
}

#[test]
fn average_lies_in_the_documented_ranges() {
    for (factor, number) in CONTINUOUS.iter().zip(Factors::average().numbers()) {
        assert!(
            (factor.low..=factor.high).contains(&number),
            "{}",
            factor.name
        );
    }
}

#[test]
fn a_mix_starts_at_one_face_and_ends_at_the_other() {
    let (a, b) = (
        Factors::sample(Edition::Second, 1, 0),
        Factors::sample(Edition::Second, 1, 1),
    );
    assert_eq!(Factors::mix(&a, &b, 0.0), a);
    assert_eq!(Factors::mix(&a, &b, 1.0), b);
    let middle = Factors::mix(&a, &b, 0.25);
    assert!((middle.smile - (0.75 * a.smile + 0.25 * b.smile)).abs() < 1e-6);
}

#[test]
fn every_size_is_filled() {
    for size in [32, 33, 50, 64, 100, 128] {
        let picture = draw(&Factors::average(), size);
        assert_eq!(picture.len(), size * size * 3);
        assert!(
            picture.chunks(3).all(|pixel| pixel != [0, 0, 0]),
            "a pixel was left black at {size}"
        );
    }
}

#[test]
fn sizes_show_the_same_face() {
    let face = Factors::sample(Edition::Second, 4, 4);
    let (small, large) = (draw(&face, 32), draw(&face, 64));
    let mut halved = vec![0; 32 * 32 * 3];
    for (at, byte) in halved.iter_mut().enumerate() {
        let (x, y, channel) = (at / 3 % 32, at / 96, at % 3);
        let sum: usize = [(0, 0), (1, 0), (0, 1), (1, 1)]
            .iter()
            .map(|(dx, dy)| usize::from(large[((2 * y + dy) * 64 + 2 * x + dx) * 3 + channel]))
            .sum();
        *byte = (sum / 4) as u8;
    }
    assert!(difference(&small, &halved) < 4.0);
}
