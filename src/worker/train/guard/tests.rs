//! A guard and what it is shown.

use super::*;
use crate::metrics::SampleMetrics;

fn measured(step: u64, ms_ssim: f32, swd: f32) -> EvalRecord {
    EvalRecord {
        step,
        measures: SampleMetrics {
            ms_ssim,
            ms_ssim_data: 0.3,
            levels: Vec::new(),
            swd,
            swd_data: 10.0,
            ..SampleMetrics::default()
        },
        seconds: 0.2,
    }
}

fn step(step: u64, d_real: f32, d_fake: f32, loss_g: f32) -> StepRecord {
    StepRecord {
        step,
        images: step * 64,
        loss_d: 0.5,
        loss_g,
        d_real,
        d_fake,
        d_fake_after: d_fake,
        images_per_s: 100.0,
        seconds: 0.0,
        ..StepRecord::default()
    }
}

/// What a guard says of measurements (step, MS-SSIM, SWD).
fn said(guard: &mut Guard, series: &[(u64, f32, f32)]) -> Vec<GuardEvent> {
    let words =
        |&(step, ms_ssim, swd): &(u64, f32, f32)| guard.measured(&measured(step, ms_ssim, swd)).1;
    series.iter().flat_map(words).collect()
}

fn alarm(word: &GuardEvent) -> &Alarm {
    match word {
        GuardEvent::Alarm(alarm) => alarm,
        GuardEvent::Over { .. } => panic!("{word:?}"),
    }
}

#[test]
fn samples_that_become_alike_are_said_once_and_when_it_is_over() {
    let mut guard = Guard::default();
    let fine = [(100, 0.9, 200.0), (200, 0.4, 90.0), (300, 0.35, 50.0)];
    assert_eq!(said(&mut guard, &fine), []);
    // One that is chance, then in earnest.
    let words = said(
        &mut guard,
        &[
            (400, 0.8, 60.0),
            (500, 0.4, 55.0),
            (600, 0.7, 60.0),
            (700, 0.8, 60.0),
            (800, 0.9, 60.0),
            (900, 0.9, 60.0),
        ],
    );
    assert_eq!(words.len(), 1);
    let alarm = alarm(&words[0]);
    assert_eq!(
        (alarm.danger, alarm.step, alarm.since),
        (Danger::Alike, 800, 600)
    );
    assert!(
        alarm.why.contains("0.90") && alarm.why.contains("600"),
        "{}",
        alarm.why
    );
    // Just below the threshold is not yet over.
    assert_eq!(said(&mut guard, &[(1000, 0.62, 60.0)]), []);
    let over = GuardEvent::Over {
        danger: Danger::Alike,
        step: 1100,
    };
    assert_eq!(said(&mut guard, &[(1100, 0.4, 60.0)]), [over]);
}

#[test]
fn a_run_gets_its_time_to_become_diverse_but_not_for_ever() {
    let mut guard = Guard::default();
    let early = [
        (10, 0.99, 300.0),
        (20, 0.98, 290.0),
        (30, 0.97, 280.0),
        (40, 0.97, 270.0),
    ];
    assert_eq!(said(&mut guard, &early), []);
    assert_eq!(
        guard.step(&step(GRACE_IMAGES / 64 + 1, 0.7, 0.3, 1.0)),
        None
    );
    let last = step(2 * GRACE_IMAGES / 64 + 1, 0.7, 0.3, 1.0);
    assert_eq!(guard.step(&last), None);
    let late = [
        (2000, 0.97, 270.0),
        (2100, 0.97, 270.0),
        (2200, 0.97, 270.0),
    ];
    assert_eq!(alarm(&said(&mut guard, &late)[0]).since, 2000);
}

#[test]
fn moving_away_from_the_data_is_said_after_a_tenth_of_the_run() {
    let mut guard = Guard::default();
    let best = said(
        &mut guard,
        &[(500, 0.4, 60.0), (1000, 0.35, 40.0), (1010, 0.35, 39.9)],
    );
    assert_eq!(best, []);
    assert_eq!(
        guard.best,
        Some(Best {
            step: 1000,
            swd: 40.0
        })
    );
    let near = [(1020, 0.35, 60.0), (1030, 0.35, 62.0), (1040, 0.35, 63.0)];
    assert_eq!(said(&mut guard, &near), []);
    let away: Vec<_> = (0..20).map(|n| (1050 + 10 * n, 0.35, 70.0)).collect();
    let words = said(&mut guard, &away);
    assert_eq!(words.len(), 1);
    let alarm = alarm(&words[0]);
    assert_eq!((alarm.danger, alarm.since), (Danger::Far, 1050));
    assert!(alarm.step >= 1050 + alarm.step / 10);
    assert!(alarm.why.contains("step 1000"), "{}", alarm.why);
}

#[test]
fn samples_that_are_too_alike_are_never_the_best() {
    let mut guard = Guard::default();
    let mut is_best = |number, ms_ssim, swd| guard.measured(&measured(number, ms_ssim, swd)).0;
    assert!(is_best(1, 0.95, 90.0), "before it ever was diverse");
    assert!(is_best(2, 0.4, 80.0));
    assert!(!is_best(3, 0.9, 40.0));
    assert!(!is_best(4, 0.4, 79.0), "hardly better");
    assert!(is_best(5, 0.4, 70.0));
}

#[test]
fn a_certain_d_is_said_and_a_moment_of_it_is_not() {
    let mut guard = Guard::default();
    let mut words = Vec::new();
    for number in 1..=2000 {
        // Certain for a moment at the start, as always, and for good from step 1000 on.
        let sure = !(100..1000).contains(&number);
        let (real, fake) = if sure { (0.995, 0.001) } else { (0.7, 0.2) };
        words.extend(guard.step(&step(number, real, fake, 8.0)));
    }
    assert_eq!(words.len(), 1);
    assert_eq!(alarm(&words[0]).danger, Danger::Certain);
    assert!((1300..2000).contains(&alarm(&words[0]).step));
}

#[test]
fn a_loss_that_is_no_number_is_said_at_once() {
    let mut guard = Guard::default();
    let word = guard.step(&step(7, 0.5, 0.5, f32::NAN)).unwrap();
    assert_eq!(alarm(&word).danger, Danger::NotANumber);
}

#[test]
fn going_back_keeps_the_best_and_forgets_the_rest() {
    let mut guard = Guard::default();
    let words = said(
        &mut guard,
        &[
            (100, 0.35, 40.0),
            (200, 0.9, 50.0),
            (300, 0.9, 50.0),
            (400, 0.9, 50.0),
        ],
    );
    assert_eq!(words.len(), 1);
    guard.rolled_back();
    assert_eq!(
        guard.best,
        Some(Best {
            step: 100,
            swd: 40.0
        })
    );
    // It gets its time again; once it was diverse, it is said anew.
    let again = [(200, 0.9, 50.0), (300, 0.9, 50.0), (400, 0.9, 50.0)];
    assert_eq!(said(&mut guard, &again), []);
    assert_eq!(said(&mut guard, &[(450, 0.35, 50.0)]), []);
    assert_eq!(said(&mut guard, &again).len(), 1);
    let resumed = Guard::after(&[measured(100, 0.35, 40.0), measured(200, 0.4, 50.0)]);
    assert_eq!(resumed.best, guard.best);
}

#[test]
fn what_is_lost_is_said_at_once() {
    let mut guard = Guard::default();
    assert!(said(&mut guard, &[(1000, 0.4, 50.0)]).is_empty());
    // 1.6 times its best is far; one and a half times that cannot be chance.
    assert!(said(&mut guard, &[(1050, 0.4, 100.0)]).is_empty());
    let words = said(&mut guard, &[(1060, 0.4, 140.0)]);
    let [GuardEvent::Alarm(alarm)] = &words[..] else {
        panic!("{words:?}")
    };
    assert_eq!((alarm.danger, alarm.since), (Danger::Far, 1050));
}

#[test]
fn copies_of_training_pictures_are_told_where_pictures_are_kept_back() {
    let mut guard = Guard::default();
    let near = |step, nearest: f32| {
        let mut record = measured(step, 0.3, 20.0);
        record.measures.nearest = Some(nearest);
        record.measures.nearest_held_back = Some(20.0);
        record
    };
    for step in 1..10 {
        assert_eq!(guard.measured(&near(step, 19.0)).1, []);
        // Without any kept back nothing is known.
        assert_eq!(guard.measured(&measured(step, 0.3, 20.0)).1, []);
    }
    assert_eq!(guard.measured(&near(10, 13.0)).1, []);
    assert_eq!(guard.measured(&near(11, 13.0)).1, []);
    let said = guard.measured(&near(12, 13.0)).1;
    let [GuardEvent::Alarm(alarm)] = &said[..] else {
        panic!("{said:?}");
    };
    assert_eq!((alarm.danger, alarm.since), (Danger::Copies, 10));
    assert!(
        alarm.why.contains("13 from the nearest one"),
        "{}",
        alarm.why
    );
    let over = GuardEvent::Over {
        danger: Danger::Copies,
        step: 13,
    };
    assert_eq!(guard.measured(&near(13, 19.0)).1, [over]);
}
