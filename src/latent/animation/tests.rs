use proptest::prelude::*;

use super::*;
use crate::latent::noise::{Noise, Purpose, face};
use crate::latent::{Direction, Method};

const LEN: usize = 24;

/// In radians.
pub fn angle(a: &Latent, b: &Latent) -> f64 {
    let pairs = a.0.iter().zip(&b.0);
    let dot: f64 = pairs.map(|(x, y)| f64::from(*x) * f64::from(*y)).sum();
    (dot / (f64::from(a.norm()) * f64::from(b.norm())))
        .clamp(-1.0, 1.0)
        .acos()
}

fn distance(a: &Latent, b: &Latent) -> f64 {
    let pairs = a.0.iter().zip(&b.0);
    pairs
        .map(|(x, y)| (f64::from(*x) - f64::from(*y)).powi(2))
        .sum::<f64>()
        .sqrt()
}

/// Some animation or other, with all that there can be.
pub fn animation(seed: u64) -> Animation {
    let mut noise = Noise::new(seed, Purpose::Walks);
    let mut time = |least: f64| (least + 2.0 * noise.uniform()) as f32;
    let easings = [
        None,
        Some(Easing::Out),
        Some(Easing::Bezier([0.1, 0.7, 0.3, 1.0])),
    ];
    let keys = (0..4).map(|place| KeyFace {
        hold: if place == 1 { time(0.1) } else { 0.0 },
        seconds: time(0.2),
        easing: easings[place % 3],
        ..KeyFace::new(format!("face {place}"), face(seed + place as u64, LEN))
    });
    let keys = keys.collect();
    let mut smile = Track::new(Direction {
        name: "smile".into(),
        method: Method::Label {
            quality: 0.9,
            effect: None,
        },
        sigma: face(seed + 50, LEN).with_norm(1.0).0,
    });
    for at in [0.5, 1.7, 2.2] {
        smile.set(TrackKey {
            at,
            value: time(-1.0),
        });
    }
    let paths = [MotionPath::Slerp, MotionPath::Lerp, MotionPath::Spline];
    Animation {
        fps: 25,
        path: paths[seed as usize % 3],
        closed: seed.is_multiple_of(2),
        truncation: 0.9,
        keys,
        tracks: vec![smile],
        ..Animation::default()
    }
}

/// Through `count` faces of the same length, at the same speed.
fn plain(path: MotionPath, closed: bool, count: u64) -> Animation {
    let faces = (1..=count).map(|seed| face(seed, LEN).with_norm(5.0));
    Animation::evenly(faces, path, closed)
}

const PATHS: [MotionPath; 3] = [MotionPath::Slerp, MotionPath::Lerp, MotionPath::Spline];

#[test]
fn keys_are_met_exactly_and_held() {
    for path in PATHS {
        for closed in [false, true] {
            let mut animation = plain(path, closed, 4);
            animation.keys[1].hold = 0.5;
            animation.keys[2].seconds = 0.3;
            animation.easing = Easing::InOut;
            let starts = animation.starts();
            assert_eq!(starts[..3], [0.0, 1.0, 2.5]);
            for (key, start) in animation.keys.iter().zip(&starts) {
                assert_eq!(animation.at(*start).as_ref(), Some(&key.latent));
            }
            assert_eq!(animation.at(1.4).as_ref(), Some(&animation.keys[1].latent));
            assert_ne!(animation.at(1.6).as_ref(), Some(&animation.keys[1].latent));
            let whole = animation.seconds();
            assert!((whole - if closed { 3.8 } else { 2.8 }).abs() < 1e-6);
            let end = &animation.keys[if closed { 0 } else { 3 }].latent;
            assert_eq!(animation.at(whole).as_ref(), Some(end));
        }
    }
}

#[test]
fn frames_go_from_the_first_key_to_the_last_or_round() {
    let mut animation = plain(MotionPath::Slerp, false, 3);
    animation.fps = 10;
    assert_eq!((animation.frames(), animation.seconds()), (21, 2.0));
    let faces = animation.latents();
    assert_eq!(
        (&faces[0], &faces[20]),
        (&animation.keys[0].latent, &animation.keys[2].latent)
    );
    animation.closed = true;
    assert_eq!(animation.frames(), 30);
    let faces = animation.latents();
    assert_eq!(
        (&faces[0], &faces[20]),
        (&animation.keys[0].latent, &animation.keys[2].latent)
    );
    for frame in 0..30 {
        assert_eq!(animation.frame_at(animation.time_of(frame)), frame);
    }
    assert_eq!(animation.frame_at(99.0), 29);
    // As many as one likes, and nothing at all.
    assert_eq!(animation.sample(7).len(), 7);
    animation.keys.truncate(1);
    assert_eq!((animation.frames(), animation.latents().len()), (10, 10));
    animation.closed = false;
    assert_eq!((animation.frames(), animation.latents().len()), (1, 1));
    assert_eq!(Animation::default().latents(), []);
    assert_eq!(Animation::default().frames(), 0);
}

#[test]
fn an_open_way_has_both_ends_and_a_closed_one_loops() {
    let keys = [face(1, 8), face(2, 8), face(3, 8)];
    let sample = |keys: &[Latent], frames, closed| {
        Animation::evenly(keys.to_vec(), MotionPath::Slerp, closed).sample(frames)
    };
    let open = sample(&keys, 9, false);
    assert_eq!(
        (&open[0], &open[4], &open[8]),
        (&keys[0], &keys[1], &keys[2])
    );
    let closed = sample(&keys, 9, true);
    assert_eq!(
        (&closed[0], &closed[3], &closed[6]),
        (&keys[0], &keys[1], &keys[2])
    );
    assert_ne!(closed[8], keys[0]);
    for closed in [true, false] {
        assert_eq!(sample(&keys[..1], 3, closed), vec![keys[0].clone(); 3]);
    }
    assert!(sample(&[], 3, false).is_empty());
}

/// So many frames as a morph of before had, at the same places.
#[test]
fn sampling_evenly_is_what_a_morph_always_was() {
    let keys = [face(1, 8), face(2, 8), face(3, 8)];
    let pairs = [
        (MotionPath::Slerp, Interpolation::Slerp),
        (MotionPath::Lerp, Interpolation::Lerp),
    ];
    for ((path, how), closed) in pairs.into_iter().zip([true, false]) {
        let sampled = Animation::evenly(keys.clone(), path, closed).sample(11);
        let (legs, steps) = if closed { (3, 11) } else { (2, 10) };
        for (frame, latent) in sampled.iter().enumerate() {
            let at = frame as f64 * f64::from(legs) / f64::from(steps);
            let leg = (at as usize).min(legs as usize - 1);
            let share = (at - leg as f64) as f32;
            let expected = how.between(&keys[leg], &keys[(leg + 1) % 3], share);
            assert_eq!(*latent, expected, "{path:?} {frame}");
        }
    }
}

proptest! {
    #[test]
    fn a_way_has_its_frames_and_stays_finite(
        keys in prop::collection::vec(prop::collection::vec(-3.0f32..3.0, 5), 1..5),
        frames in 0usize..40, closed: bool, place in 0usize..3,
    ) {
        let keys = keys.into_iter().map(Latent);
        let way = Animation::evenly(keys, PATHS[place], closed).sample(frames);
        prop_assert_eq!(way.len(), frames);
        prop_assert!(way.iter().all(|z| z.0.iter().all(|x| x.is_finite())));
    }
}

#[test]
fn slerp_goes_at_one_speed() {
    let animation = plain(MotionPath::Slerp, true, 3);
    let faces = animation.sample(300);
    for leg in faces.chunks(100) {
        let steps: Vec<f64> = leg
            .windows(2)
            .map(|pair| angle(&pair[0], &pair[1]))
            .collect();
        let mean = steps.iter().sum::<f64>() / steps.len() as f64;
        assert!(steps.iter().all(|step| (step / mean - 1.0).abs() < 0.01));
    }
}

#[test]
fn the_step_that_closes_a_loop_is_no_jump() {
    for path in PATHS {
        for easing in Easing::NAMED {
            let mut animation = plain(path, true, 4);
            animation.easing = easing;
            let faces = animation.latents();
            let mut steps: Vec<f64> = faces
                .windows(2)
                .map(|pair| distance(&pair[0], &pair[1]))
                .collect();
            let last = distance(&faces[faces.len() - 1], &faces[0]);
            steps.sort_by(f64::total_cmp);
            // The speed of a leg that ends fast is that of its end; all else is no faster than usual.
            let allowed = match easing {
                Easing::In => 1.1 * steps[steps.len() - 1],
                _ => 1.2 * steps[steps.len() / 2],
            };
            assert!(last <= allowed, "{path:?} {easing:?}: {last} of {allowed}");
        }
    }
}

#[test]
fn the_spline_has_no_corner() {
    let mut animation = plain(MotionPath::Spline, true, 5);
    // Legs of other lengths, too: speed is the same on both sides of a key.
    for (key, seconds) in animation.keys.iter_mut().zip([0.7, 1.4, 1.0, 2.0, 0.5]) {
        key.seconds = seconds;
    }
    let step = 1e-3;
    for start in animation.starts() {
        let at = |time: f64| animation.at(time).unwrap();
        let (before, here, after) = (at(start - step), at(start), at(start + step));
        let speed = distance(&here, &after) / step;
        let bend = Latent(
            before
                .0
                .iter()
                .zip(&after.0)
                .map(|(a, b)| (a + b) / 2.0)
                .collect(),
        );
        // Twice the distance from the chord's middle, over the step: the change of velocity.
        let change = 2.0 * distance(&bend, &here) / step;
        assert!(change < 0.02 * speed, "{start}: {change} beside {speed}");
    }
    // Slerp has corners there, so the measure can tell.
    animation.path = MotionPath::Slerp;
    let at = |time: f64| animation.at(time).unwrap();
    let start = animation.starts()[1];
    let bend = Latent(
        at(start - step)
            .0
            .iter()
            .zip(&at(start + step).0)
            .map(|(a, b)| (a + b) / 2.0)
            .collect(),
    );
    assert!(
        2.0 * distance(&bend, &at(start)) / step
            > 0.2 * distance(&at(start), &at(start + step)) / step
    );
}

#[test]
fn a_track_adds_to_the_way() {
    let mut animation = plain(MotionPath::Slerp, true, 2);
    let direction = Direction {
        name: "smile".into(),
        method: Method::Sefa { rank: 0 },
        sigma: face(9, LEN).with_norm(1.0).0,
    };
    let before = animation.at(0.5).unwrap();
    let mut track = Track::new(direction.clone());
    track.set(TrackKey {
        at: 0.5,
        value: 1.5,
    });
    animation.tracks.push(track);
    assert_eq!(animation.at(0.5).unwrap(), direction.moved_by(&before, 1.5));
    animation.truncation = 0.5;
    let short = Latent(before.0.iter().map(|x| 0.5 * x).collect());
    assert_eq!(animation.at(0.5).unwrap(), direction.moved_by(&short, 1.5));
}

proptest! {
    #[test]
    fn the_sphere_is_kept(share in 0.0f64..1.0, spline: bool, closed: bool) {
        let path = if spline { MotionPath::Spline } else { MotionPath::Slerp };
        let animation = plain(path, closed, 4);
        let face = animation.at(share * animation.seconds()).unwrap();
        prop_assert!((face.norm() - 5.0).abs() < 1e-4);
    }

    #[test]
    fn any_animation_stays_finite(
        keys in prop::collection::vec((prop::collection::vec(-3.0f32..3.0, 5), 0.0f32..1.0, 0.0f32..2.0), 0..6),
        path in 0usize..3, closed: bool, at in -1.0f64..20.0,
    ) {
        let keys: Vec<KeyFace> = keys
            .into_iter()
            .map(|(numbers, hold, seconds)| KeyFace { hold, seconds, ..KeyFace::new("", Latent(numbers)) })
            .collect();
        let count = keys.len();
        let animation = Animation { keys, path: PATHS[path], closed, ..Animation::default() };
        let face = animation.at(at);
        prop_assert_eq!(face.is_some(), count > 0);
        prop_assert!(face.is_none_or(|face| face.0.iter().all(|x| x.is_finite())));
        prop_assert_eq!(animation.latents().len(), animation.frames());
    }

    #[test]
    fn zeros_and_opposites_have_a_way_too(path in 0usize..3, at in 0.0f64..4.0) {
        let one = Latent(vec![1.0, 0.0, 0.0]);
        let keys = [one.clone(), Latent(vec![-1.0, 0.0, 0.0]), Latent::zeros(3), one];
        let animation = Animation::evenly(keys, PATHS[path], true);
        prop_assert!(animation.at(at).unwrap().0.iter().all(|x| x.is_finite()));
    }
}
