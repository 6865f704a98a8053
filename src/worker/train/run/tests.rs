//! A run that is steered, on the trainer's own thread and beside it.

use std::path::Path;
use std::sync::Arc;

use candle_core::Tensor;
use crossbeam_channel::{Receiver, Sender};

use super::*;
use crate::config::{LiveConfig, TrainConfig};
use crate::run::{Checkpoint, StepRecord, events};
use crate::worker::train::message::{CheckpointRef, Command, HalfStep};
use crate::worker::train::resume;
use crate::worker::train::setup::Setup;
use crate::worker::train::trainer::Trainer;
use crate::worker::waker::Waker;

fn config(root: &Path) -> TrainConfig {
    let mut config = TrainConfig {
        size: 32,
        width: 2,
        latent: 4,
        batch: 8,
        starter_count: 64,
        sample_every: 1000,
        measure_every: Some(0),
        threads: Some(1),
        device: crate::config::DeviceChoice::Cpu,
        run: Some(root.to_owned()),
        ..TrainConfig::default()
    };
    config.keep.checkpoint_seconds = 0;
    config
}

/// Events up to the first that `is` wanted, which is the last of them.
fn until(trainer: &Trainer, is: impl Fn(&Event) -> bool) -> Vec<Event> {
    let mut all = Vec::new();
    while !all.last().is_some_and(&is) {
        all.push(trainer.event().expect("the run ended too early"));
    }
    all
}

fn until_end(trainer: &Trainer) -> Vec<Event> {
    until(trainer, |event| matches!(event, Event::Ended(_)))
}

fn steps(events: &[Event]) -> Vec<u64> {
    let step = |event: &Event| match event {
        Event::Step(record) => Some(record.step),
        _ => None,
    };
    events.iter().filter_map(step).collect()
}

fn told_live(events: &[Event]) -> Vec<LiveConfig> {
    let live = |event: &Event| match event {
        Event::Live(live) => Some(*live),
        _ => None,
    };
    events.iter().filter_map(live).collect()
}

fn notices(events: &[Event]) -> Vec<String> {
    let notice = |event: &Event| match event {
        Event::Notice(notice) => Some(notice.summary.clone()),
        _ => None,
    };
    events.iter().filter_map(notice).collect()
}

fn halves(events: &[Event]) -> Vec<HalfStep> {
    let half = |event: &Event| match event {
        Event::Half(half) => Some(*half),
        _ => None,
    };
    events.iter().filter_map(half).collect()
}

fn happened(events: &[Event]) -> Vec<String> {
    let mark = |event: &Event| match event {
        Event::Marked(mark) => Some(format!("{}: {}", mark.step, mark.what)),
        _ => None,
    };
    events.iter().filter_map(mark).collect()
}

fn at_step(wanted: u64) -> impl Fn(&Event) -> bool {
    move |event| matches!(event, Event::Step(record) if record.step == wanted)
}

#[test]
fn live_settings_change_at_the_next_step_and_are_written_down() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("r");
    let trainer = Trainer::start(config(&root), Waker::none());
    trainer.send(Command::Pause);
    until(&trainer, |event| matches!(event, Event::Paused(true)));
    let from = config(&root).live;
    let adjust = |to| Command::Adjust {
        from,
        to,
        moving: false,
    };
    trainer.send(adjust(LiveConfig { lr_g: 0.0, ..from }));
    let to = LiveConfig {
        lr_g: 0.001,
        ema: 0.0,
        ..from
    };
    trainer.send(adjust(to));
    trainer.send(adjust(to));
    trainer.send(Command::StepOnce);
    let mut events = until(&trainer, at_step(1));
    // Refused, changed, and as it was.
    assert_eq!(told_live(&events), [from, to, to]);
    trainer.send(Command::Stop);
    events.extend(until_end(&trainer));
    let refused = events.iter().any(
        |event| matches!(event, Event::Notice(notice) if notice.summary.contains("lr-g is 0")),
    );
    assert!(refused, "{events:?}");
    let marked = [
        "0: ema: 0.999 → 0.0",
        "0: lr_g: 0.0002 → 0.001",
        "1: stopped",
    ];
    assert_eq!(happened(&events), marked);
    let written: Vec<_> = events::read(&root)
        .into_iter()
        .map(|mark| mark.what)
        .collect();
    assert_eq!(written.len(), 3);

    // A run that goes on does so with the new rate.
    let plan = Plan::Resume {
        run: root.clone(),
        steps: Some(2),
        data: None,
    };
    let events = until_end(&Trainer::start(plan, Waker::none()));
    let Some(Event::Started(started)) = events.first() else {
        panic!("it did not start: {events:?}");
    };
    assert_eq!(
        (started.config.live.lr_g, started.config.live.ema),
        (0.001, 0.0)
    );
    let Some(Event::History(earlier)) = events.get(1) else {
        panic!("it forgot what was before: {events:?}");
    };
    assert_eq!((earlier.records.len(), earlier.marks.len()), (1, 3));
}

#[test]
fn single_steps_and_their_halves_are_the_steps_of_a_run() {
    let folder = tempfile::tempdir().unwrap();
    let (single, whole) = (folder.path().join("single"), folder.path().join("whole"));
    let trainer = Trainer::start(config(&single), Waker::none());
    trainer.send(Command::Pause);
    until(&trainer, |event| matches!(event, Event::Paused(true)));
    trainer.send(Command::StepOnce);
    let events = until(&trainer, at_step(1));
    assert_eq!((steps(&events), halves(&events)), (vec![1], vec![]));
    trainer.send(Command::StepHalf);
    let events = until(&trainer, |event| matches!(event, Event::Half(_)));
    assert!(steps(&events).is_empty());
    let [HalfStep::Discriminator(verdicts)] = halves(&events)[..] else {
        panic!("D's half tells what D said: {events:?}");
    };
    // What cannot be done within a step is done after it.
    trainer.send(Command::Save);
    trainer.send(Command::StepHalf);
    let events = until(&trainer, |event| matches!(event, Event::Saved { .. }));
    assert_eq!(
        (steps(&events), halves(&events)),
        (vec![2], vec![HalfStep::Generator])
    );
    let second = record(&events, 2);
    assert_eq!(
        (verdicts.loss_d, verdicts.d_real, verdicts.d_fake),
        (second.loss_d, second.d_real, second.d_fake)
    );
    trainer.send(Command::StepHalf);
    until(&trainer, |event| matches!(event, Event::Half(_)));
    trainer.send(Command::Stop);
    let events = until_end(&trainer);
    assert_eq!(steps(&events), [3]);

    let mut config = config(&whole);
    config.steps = Some(3);
    until_end(&Trainer::start(config, Waker::none()));
    let model = |root: &Path| std::fs::read(root.join("model.safetensors")).unwrap();
    assert!(model(&single) == model(&whole));
}

fn record(events: &[Event], step: u64) -> StepRecord {
    let find = |event: &Event| match event {
        Event::Step(record) if record.step == step => Some(*record),
        _ => None,
    };
    events.iter().find_map(find).unwrap()
}

#[test]
fn a_run_that_is_rolled_back_goes_another_way() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("r");
    let mut config = config(&root);
    config.keep.checkpoint_steps = Some(5);
    let trainer = Trainer::start(config, Waker::none());
    let before = until(&trainer, at_step(17));
    trainer.send(Command::Pause);
    until(&trainer, |event| matches!(event, Event::Paused(true)));
    let roll_back = |to| Command::RollBack {
        to,
        lower_rates: true,
    };
    trainer.send(roll_back(CheckpointRef::Step(7)));
    trainer.send(roll_back(CheckpointRef::Step(10)));
    trainer.send(Command::Resume);
    let events = until(&trainer, at_step(12));
    assert_eq!(steps(&events), [11, 12]);
    let notice = events.iter().find_map(|event| match event {
        Event::Notice(notice) => Some(notice.summary.clone()),
        _ => None,
    });
    assert!(
        notice
            .unwrap()
            .contains("no checkpoint of step 7; there are those of step")
    );
    let told = happened(&events);
    assert!(told[0].starts_with("10: rolled back from step"), "{told:?}");
    assert_eq!(
        told[1..],
        ["10: lr_d: 0.0002 → 0.00005", "10: lr_g: 0.0002 → 0.00005"]
    );
    let earlier = events.iter().find_map(|event| match event {
        Event::History(earlier) => Some(earlier.records.len()),
        _ => None,
    });
    assert_eq!(earlier, Some(10));
    assert_ne!(record(&before, 11).loss_d, record(&events, 11).loss_d);
    trainer.send(Command::Stop);
    let ended = until_end(&trainer);
    let undone = std::fs::read_to_string(root.join("undone.csv")).unwrap();
    assert!(
        undone.lines().nth(1).unwrap().starts_with("11,"),
        "{undone}"
    );
    let metrics = std::fs::read_to_string(root.join("metrics.csv")).unwrap();
    let last = steps(&ended).last().copied().unwrap_or(12);
    assert_eq!(metrics.lines().count() as u64, 1 + last);
}

#[test]
fn what_was_planned_for_steps_that_went_bad_is_not_done_again() {
    let folder = tempfile::tempdir().unwrap();
    let (link, _ends) = link();
    let mut training = begun(folder.path(), &link, 2);
    assert!(training.save().is_ok());
    let plan = |plan: &[&str]| -> Vec<_> { plan.iter().map(|one| one.parse().unwrap()).collect() };
    training.config.keep.changes = plan(&["1:ema=0.99", "4:lr_g=0.01", "9:ema=0.9"]);
    go_to(&mut training, 6);
    assert_eq!(training.config.live.lr_g, 0.01);
    assert!(matches!(
        training.roll_back(CheckpointRef::Step(2), true),
        Ok(true)
    ));
    assert_eq!(training.config.live.lr_g, 0.00005);
    let left = plan(&["1:ema=0.99", "9:ema=0.9"]);
    assert_eq!(training.config.keep.changes, left);
    go_to(&mut training, 9);
    let live = training.config.live;
    assert_eq!((live.lr_g, live.ema), (0.00005, 0.9));
    // As it is on disk, too: a run that is killed here does not go bad again.
    let found = resume::at(
        &training.recorder.folder.store(),
        CheckpointRef::Step(2),
        &mut Vec::new(),
    )
    .unwrap();
    assert_eq!(found.state.config().unwrap().keep.changes, left);
}

#[test]
fn a_roll_back_forgets_the_samples_that_it_removes() {
    let folder = tempfile::tempdir().unwrap();
    let (link, _ends) = link();
    let mut training = begun(folder.path(), &link, 2);
    assert!(training.draw_wall(true).is_ok() && training.save().is_ok());
    go_to(&mut training, 4);
    assert!(training.draw_wall(true).is_ok());
    assert_eq!(training.publisher.kept_steps().last(), Some(&4));
    let back = training.roll_back(CheckpointRef::Step(2), false);
    assert!(matches!(back, Ok(true)));
    assert_eq!(training.publisher.kept_steps().last(), Some(&2));
    let on_disk = crate::run::samples::steps(training.recorder.folder.root()).unwrap();
    assert_eq!(training.publisher.kept_steps(), on_disk);
}

#[test]
fn a_touch_after_a_roll_back_changes_one_setting_and_one_movement_is_one_mark() {
    let folder = tempfile::tempdir().unwrap();
    let (link, ends) = link();
    let mut training = begun(folder.path(), &link, 2);
    let shown = LiveConfig {
        beta1: 0.95,
        ..training.config.live
    };
    assert!(training.change(shown).is_ok());
    assert!(training.save().is_ok());
    go_to(&mut training, 4);
    assert!(matches!(
        training.roll_back(CheckpointRef::Step(2), true),
        Ok(true)
    ));
    let calm = training.config.live;
    assert_eq!((calm.beta1, calm.lr_d), (0.5, 0.00005));
    let events: Vec<Event> = ends.events.try_iter().collect();
    assert_eq!(told_live(&events), [shown, calm]);
    // A hand on a slider of a window that has not heard of it.
    for (lr_d, moving) in [
        (0.0001, true),
        (0.0003, true),
        (0.0004, true),
        (0.0004, false),
    ] {
        let to = LiveConfig { lr_d, ..shown };
        assert!(training.adjust(&shown, &to, moving).is_ok());
    }
    let expected = LiveConfig {
        lr_d: 0.0004,
        ..calm
    };
    assert_eq!(training.config.live, expected);
    let events: Vec<Event> = ends.events.try_iter().collect();
    assert_eq!(happened(&events), ["2: lr_d: 0.00005 → 0.0004"]);
    assert_eq!(told_live(&events).len(), 4);
    // What stands at the plan is told, too.
    training.config.keep.changes = vec!["3:ema=0.9".parse().unwrap()];
    go_to(&mut training, 3);
    let events: Vec<Event> = ends.events.try_iter().collect();
    assert_eq!(
        told_live(&events),
        [LiveConfig {
            ema: 0.9,
            ..expected
        }]
    );
}

#[test]
fn a_model_that_cannot_be_saved_at_the_end_is_a_failure() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("r");
    let (link, _ends) = link();
    let mut training = begun(&root, &link, 2);
    training.config.steps = Some(3);
    // Nothing can be put in the place of a folder.
    std::fs::create_dir_all(root.join("model.safetensors/x")).unwrap();
    let ended = training.run(None);
    let Outcome::Failed(notice) = &ended.outcome else {
        panic!("it said that all was well: {ended:?}");
    };
    assert!(
        notice
            .summary
            .contains("the model of step 3 could not be saved"),
        "{notice}"
    );
    assert!(notice.summary.contains("resume the run"), "{notice}");
    assert_eq!(ended.model, None);
    assert_eq!(
        events::read(&root).last().unwrap().what.to_string(),
        "failed"
    );
    // Its checkpoint is there, and the run goes on to its model once it can.
    std::fs::remove_dir_all(root.join("model.safetensors")).unwrap();
    let plan = Plan::Resume {
        run: root.clone(),
        steps: Some(3),
        data: None,
    };
    let events = until_end(&Trainer::start(plan, Waker::none()));
    let Some(Event::Ended(ended)) = events.last() else {
        panic!("no end: {events:?}");
    };
    assert_eq!(ended.outcome, Outcome::Completed);
    assert!(root.join("model.safetensors").is_file());
}

#[test]
fn measurements_that_are_removed_come_back_and_it_is_said_once() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("r");
    let (link, ends) = link();
    let mut training = begun(&root, &link, 3);
    std::fs::remove_file(root.join("metrics.csv")).unwrap();
    let _ = ends.events.try_iter().count();
    go_to(&mut training, 6);
    let events: Vec<Event> = ends.events.try_iter().collect();
    let told: Vec<_> = notices(&events)
        .into_iter()
        .filter(|text| text.contains("metrics"))
        .collect();
    assert_eq!(told.len(), 1, "{told:?}");
    let text = std::fs::read_to_string(root.join("metrics.csv")).unwrap();
    assert_eq!(text.lines().count(), 1 + 3);
}

/// The channels' other ends, which must outlive the run.
struct Ends {
    events: Receiver<Event>,
    _commands: Sender<Command>,
}

fn link() -> (Link, Ends) {
    let (commands, commands_out) = crossbeam_channel::unbounded();
    let (events_in, events) = crossbeam_channel::unbounded();
    let link = Link {
        commands: commands_out,
        events: events_in,
        wall: Arc::default(),
        weights: Arc::default(),
        waker: Waker::none(),
    };
    let ends = Ends {
        events,
        _commands: commands,
    };
    (link, ends)
}

fn prepared(plan: Plan, link: &Link) -> Setup {
    match setup::prepare(plan, link).unwrap() {
        SetupOutcome::Ready(setup) => *setup,
        SetupOutcome::Finished(model) => panic!("it was over: {}", model.display()),
    }
}

/// A run on this thread, `steps` steps in.
fn begun<'a>(root: &Path, link: &'a Link, steps: u64) -> Training<'a> {
    let mut training = Training::new(prepared(Plan::New(config(root)), link), link);
    go_to(&mut training, steps);
    training
}

/// Its pictures may still be on their way, so that not every turn is a step.
fn go_to(training: &mut Training, step: u64) {
    while training.info.step < step {
        assert!(training.turn().is_ok());
    }
}

fn lose(tensor: &mut Tensor) {
    *tensor = (&*tensor * f64::NAN).unwrap();
}

#[test]
fn weights_that_are_lost_never_replace_good_ones() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("r");
    let (link, ends) = link();
    let mut training = begun(&root, &link, 3);
    assert!(training.save().is_ok());
    let kept = |root: &Path| {
        let model = std::fs::read(root.join("model.safetensors")).unwrap();
        (model, crate::run::CheckpointStore::new(root).list())
    };
    let before = kept(&root);
    // The loss of the next step still looks well where only the average is lost.
    let average = training.gan.average.as_mut().unwrap();
    lose(&mut average.generator.blocks[0].weight);
    go_to(&mut training, 4);
    assert!(training.save().is_ok());
    assert_eq!(kept(&root), before);
    // Where D is lost, the run ends.
    lose(&mut training.gan.discriminator.blocks[0].weight);
    let ended = training.run(None);
    let Outcome::Failed(notice) = ended.outcome else {
        panic!("it went on with lost weights");
    };
    assert!(
        notice.summary.contains("no longer a number at step 5"),
        "{notice}"
    );
    assert!(
        notice.summary.contains("weights of step 3 are kept"),
        "{notice}"
    );
    assert_eq!(kept(&root), before);
    assert_eq!(ended.model, Some(root.join("model.safetensors")));
    Checkpoint::read(&before.1[0].path).unwrap();
    let told = ends.events.try_iter().any(|event| {
        matches!(event, Event::Notice(notice) if notice.details.contains("no numbers any more"))
    });
    assert!(told);
}

#[test]
fn the_best_stays_until_a_better_one_comes() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("r");
    let (link, ends) = link();
    let mut training = begun(&root, &link, 1);
    let mut kept = Vec::new();
    for distance in [5.0, 7.0, f64::NAN, 4.0, 4.0] {
        let held = training.hold_weights().unwrap();
        assert!(training.keep_if_best(held, distance).is_ok());
        kept.push(
            Checkpoint::read(&training.recorder.folder.store().best())
                .unwrap()
                .info()
                .step,
        );
        let next = training.info.step + 1;
        go_to(&mut training, next);
    }
    assert_eq!(kept, [1, 1, 1, 4, 4]);
    let events: Vec<_> = ends.events.try_iter().collect();
    let marked = [
        "1: best so far, distance 5.0",
        "4: best so far, distance 4.0",
    ];
    assert_eq!(happened(&events), marked);
    // It knows what was best when it goes on, and can go back there.
    assert!(training.save().is_ok());
    assert!(training.roll_back(CheckpointRef::Best, false).is_ok());
    assert_eq!(
        (training.info.step, training.checkpoints.best),
        (4, Some(4.0))
    );
    drop(training);
    let plan = Plan::Resume {
        run: root,
        steps: None,
        data: None,
    };
    let setup = prepared(plan, &link);
    assert_eq!((setup.info.step, setup.from.unwrap().best), (4, Some(4.0)));
}
