//! What is known of the run, from its events alone.

use std::path::PathBuf;
use std::time::Duration;

use super::wall::FixedFaces;
use super::{Evaluations, History, Notices, Pins};
use crate::latent::Latent;
use crate::notice::{Next, Notice};
use crate::run::{RunEvent, RunEventKind, RunHistory, StepRecord};
use crate::worker::train::{
    Best, Event, GuardEvent, HalfStep, LoadProgress, Outcome, RunEnd, RunStart, WrittenCheckpoint,
};

/// Where a run is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RunState {
    /// No run was started yet.
    #[default]
    Idle,
    /// Started; no step is done yet.
    Preparing,
    Running,
    Paused,
    /// Was told to stop; it saves and then ends.
    Stopping,
    Ended,
}

impl RunState {
    /// Whether a run is going on, held or not.
    pub fn is_active(self) -> bool {
        !matches!(self, Self::Idle | Self::Ended)
    }
}

/// What is true of the run now.
#[derive(Clone, Debug, Default)]
pub struct Session {
    /// Where the run is.
    pub state: RunState,
    /// Whether the run has only been asked for: all else is still about the one before.
    pub asked: bool,
    /// What was known when it started.
    pub started: Option<RunStart>,
    /// How far the pictures are, until all are there.
    pub preparing: Option<LoadProgress>,
    pub last: Option<StepRecord>,
    pub history: History,
    /// What happened besides the steps, in its order.
    pub marks: Vec<RunEvent>,
    /// The run and step that it began at, where it is a fork.
    pub parent: Option<(PathBuf, u64)>,
    /// The half of a step that was done last, while it holds after it.
    pub half: Option<HalfStep>,
    /// The checkpoint that was written last, and the room that all take.
    pub kept: Option<WrittenCheckpoint>,
    /// Faces that stand first on the wall.
    pub pins: Pins,
    /// The fixed faces of the wall, which follow those.
    wall: FixedFaces,
    /// How good the samples are, what the guard said, and the walls that are kept.
    pub evaluations: Evaluations,
    /// The model that was written last, and after which step.
    pub saved: Option<(u64, PathBuf)>,
    /// How the run ended.
    pub outcome: Option<Outcome>,
    /// What a person has not put away yet; outlives the run.
    pub notices: Notices,
}

impl Session {
    /// A new run is asked for. What the one before has left stays until the new one has begun: it may not
    /// come to that.
    pub fn begin(&mut self) {
        self.notices.dismiss_problems();
        self.state = RunState::Preparing;
        self.asked = true;
    }

    /// The new run has begun: forgets the one before.
    fn started(&mut self, started: RunStart) {
        let stopping = self.state == RunState::Stopping;
        *self = Self {
            state: if stopping {
                RunState::Stopping
            } else {
                RunState::Preparing
            },
            wall: FixedFaces::of(&started.config),
            started: Some(started),
            notices: std::mem::take(&mut self.notices),
            ..Self::default()
        };
    }

    /// The face at `place` of the wall of `step`.
    pub fn wall_face(&self, step: u64, place: usize) -> Option<&Latent> {
        let pinned = self.pins.at(step);
        let fixed = || self.wall.0.get(place - pinned.len());
        pinned.get(place).or_else(fixed)
    }

    /// Stop was asked for.
    pub fn stopping(&mut self) {
        if self.state.is_active() {
            self.state = RunState::Stopping;
        }
    }

    /// Takes in what the trainer says.
    pub fn apply(&mut self, event: Event) {
        match event {
            Event::Started(started) => self.started(*started),
            Event::Preparing(preparing) => {
                let done = preparing.ready + preparing.skipped >= preparing.total;
                self.preparing = (!done).then_some(preparing);
            }
            Event::History(earlier) => self.go_on_from(*earlier),
            Event::Step(record) => self.step(record),
            Event::Half(half) => self.half = Some(half),
            Event::Pinned(pinned) => self.pins.pinned(pinned),
            Event::Marked(mark) => self.mark(mark),
            // Who shows the settings asks for it; see `App::hear`.
            Event::Live(_) => {}
            Event::Checkpoint(kept) => self.kept = Some(kept),
            Event::Paused(held) => self.hold(held),
            Event::Samples { step, dropped, .. } => self.evaluations.push_wall(step, dropped),
            Event::Evaluated(measured) => self.evaluations.push(*measured),
            Event::Guard(event) => self.guard(event),
            Event::Saved { step, path } => self.saved = Some((step, path)),
            Event::Notice(notice) => self.notices.post(notice),
            Event::Ended(ended) => self.end(ended),
        }
    }

    /// What was done before takes the place of what is shown: after a roll-back it is less.
    fn go_on_from(&mut self, earlier: RunHistory) {
        self.history.clear();
        if self.asked {
            // A run that is over is only looked at: it never starts.
            (self.started, self.saved, self.kept) = (None, None, None);
            self.wall = FixedFaces::default();
        }
        // Whatever was warned of before may be gone with the steps that were undone.
        self.notices.cure_all();
        for record in &earlier.records {
            self.history.push(record);
        }
        self.last = earlier.records.last().copied();
        self.parent = earlier.parent;
        self.evaluations.go_on_from(earlier.measured, earlier.walls);
        self.pins.go_on_from(earlier.pinned);
        self.marks.clear();
        for mark in earlier.marks {
            self.mark(mark);
        }
    }

    fn guard(&mut self, event: GuardEvent) {
        match &event {
            GuardEvent::Alarm(alarm) => {
                let warning = Notice::warning(alarm.why.clone());
                self.notices.warn(warning, alarm.danger);
            }
            GuardEvent::Over { danger, .. } => self.notices.cure(*danger),
        }
        self.evaluations.push_guard_event(event);
    }

    fn mark(&mut self, mark: RunEvent) {
        match &mark.what {
            RunEventKind::Forked { parent } => self.parent = Some((parent.clone(), mark.step)),
            RunEventKind::Best { distance } => self.evaluations.set_best(Best {
                step: mark.step,
                swd: *distance as f32,
            }),
            _ => {}
        }
        self.marks.push(mark);
    }

    fn step(&mut self, record: StepRecord) {
        self.half = None;
        self.history.push(&record);
        self.last = Some(record);
        if self.state == RunState::Preparing {
            self.state = RunState::Running;
        }
    }

    fn hold(&mut self, held: bool) {
        self.state = match (self.state, held) {
            (RunState::Stopping | RunState::Ended | RunState::Idle, _) => self.state,
            (_, true) => RunState::Paused,
            (_, false) if self.asked || self.last.is_none() => RunState::Preparing,
            (_, false) => RunState::Running,
        };
    }

    fn end(&mut self, ended: RunEnd) {
        self.state = RunState::Ended;
        if std::mem::take(&mut self.asked) {
            return self.end_unbegun(ended.outcome);
        }
        self.preparing = None;
        let step = self.last.map_or(0, |record| record.step);
        if let Some(model) = ended.model.filter(|_| self.saved.is_none()) {
            self.saved = Some((step, model));
        }
        match &ended.outcome {
            Outcome::Failed(notice) => self.notices.post(notice.clone()),
            Outcome::Completed => self.notices.post(self.end_notice("Training is complete")),
            Outcome::Stopped => self.notices.post(self.end_notice("Training has stopped")),
        }
        self.outcome = Some(ended.outcome);
    }

    /// The run never began: what is there is still that of the one before.
    fn end_unbegun(&mut self, outcome: Outcome) {
        self.notices.post(match &outcome {
            Outcome::Failed(notice) => notice.clone(),
            _ => Notice::info("Training has stopped before the first step; nothing was saved."),
        });
        self.outcome = Some(outcome);
    }

    fn end_notice(&self, what: &str) -> Notice {
        match &self.saved {
            Some((step, path)) => {
                Notice::info(format!("{what}; the model of step {step} is saved."))
                    .with_details(path.display().to_string())
                    .with_next(Next::Show(path.clone()))
            }
            None => Notice::info(format!("{what} before the first step; nothing was saved.")),
        }
    }

    /// How much of the run is done, 0..1, when its end is known.
    pub fn share(&self) -> Option<f32> {
        let started = self.started.as_ref().filter(|_| !self.asked);
        let total = started?.total_steps?;
        let done = self.last.map_or(0, |record| record.step);
        Some((done as f64 / total.max(1) as f64).clamp(0.0, 1.0) as f32)
    }

    /// How long the run will still take at its present speed, when its end is known.
    pub fn time_left(&self) -> Option<Duration> {
        if self.asked || self.state == RunState::Ended {
            return None;
        }
        let started = self.started.as_ref()?;
        let (total, last) = (started.total_steps?, self.last?);
        let images = total.saturating_sub(last.step) as f64 * started.config.batch as f64;
        // A speed of zero gives infinity, which is no duration.
        Duration::try_from_secs_f64(images / f64::from(last.images_per_s)).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::TrainConfig;
    use crate::worker::train::{Alarm, Danger};

    fn started(total_steps: Option<u64>) -> Event {
        Event::Started(Box::new(RunStart {
            config: TrainConfig::default(),
            device: "CPU".into(),
            data: "Starter faces".into(),
            pictures: 1000,
            run: "run".into(),
            total_steps,
            parameters: (1, 1),
            resumed: None,
        }))
    }

    fn step(step: u64) -> Event {
        Event::Step(StepRecord {
            step,
            images: step * 64,
            loss_d: 1.0,
            loss_g: 1.0,
            d_real: 0.5,
            d_fake: 0.5,
            d_fake_after: 0.5,
            images_per_s: 64.0,
            seconds: step as f64,
            ..StepRecord::default()
        })
    }

    #[test]
    fn a_run_goes_through_its_states() {
        let mut session = Session::default();
        assert_eq!(session.state, RunState::Idle);
        session.begin();
        session.apply(started(Some(100)));
        assert_eq!(session.state, RunState::Preparing);
        session.apply(step(1));
        assert_eq!(session.state, RunState::Running);
        session.apply(Event::Paused(true));
        assert_eq!(session.state, RunState::Paused);
        session.apply(Event::Paused(false));
        session.apply(step(40));
        assert_eq!(session.share(), Some(0.4));
        assert_eq!(session.time_left(), Some(Duration::from_secs(60)));
        session.stopping();
        // A step that was already under way must not hide that the run is stopping.
        session.apply(step(41));
        assert_eq!(session.state, RunState::Stopping);
        session.apply(Event::Ended(RunEnd {
            outcome: Outcome::Stopped,
            model: Some("m.safetensors".into()),
        }));
        assert_eq!(session.state, RunState::Ended);
        assert_eq!(session.saved, Some((41, "m.safetensors".into())));
        assert_eq!(session.time_left(), None);
    }

    #[test]
    fn a_failure_is_shown_and_gone_with_the_next_run() {
        let mut session = Session::default();
        session.begin();
        session.apply(Event::Ended(RunEnd {
            outcome: Outcome::Failed(Notice::error("No picture could be read.")),
            model: None,
        }));
        assert_eq!(session.notices.iter().count(), 1);
        session.begin();
        assert_eq!(session.notices.iter().count(), 0);
        assert_eq!(session.state, RunState::Preparing);
    }

    #[test]
    fn a_run_that_never_begins_leaves_what_the_one_before_has_shown() {
        let mut session = Session::default();
        session.begin();
        session.apply(started(Some(100)));
        session.apply(step(1));
        session.apply(step(2));
        let ended = |outcome| {
            Event::Ended(RunEnd {
                outcome,
                model: None,
            })
        };
        session.apply(ended(Outcome::Stopped));
        session.begin();
        assert_eq!((session.share(), session.time_left()), (None, None));
        let failed = Outcome::Failed(Notice::error("There are no pictures."));
        session.apply(ended(failed));
        assert_eq!(session.state, RunState::Ended);
        assert!(session.started.is_some());
        assert_eq!(
            (session.history.tail().len(), session.last.unwrap().step),
            (2, 2)
        );
        session.begin();
        session.apply(started(None));
        assert!(session.history.is_empty() && session.last.is_none());
    }

    #[test]
    fn a_warning_goes_with_its_cause() {
        let mut session = Session::default();
        session.begin();
        session.apply(started(None));
        let alarm = |danger| {
            Event::Guard(GuardEvent::Alarm(Alarm {
                danger,
                step: 5,
                since: 3,
                why: format!("{danger:?}"),
            }))
        };
        let told = |session: &Session| session.notices.iter().count();
        session.apply(alarm(Danger::Far));
        session.apply(Event::Notice(Notice::warning("The disk is nearly full.")));
        assert_eq!(told(&session), 2);
        session.apply(Event::Guard(GuardEvent::Over {
            danger: Danger::Far,
            step: 9,
        }));
        assert_eq!(told(&session), 1);
        // A roll-back takes away the steps that it was about.
        session.apply(alarm(Danger::Far));
        session.apply(Event::History(Box::default()));
        assert_eq!(told(&session), 1);
    }

    #[test]
    fn a_run_that_goes_on_shows_what_was_before() {
        let mut session = Session::default();
        session.begin();
        session.apply(started(Some(100)));
        let record = |event| match event {
            Event::Step(record) => record,
            _ => unreachable!(),
        };
        let resumed = RunEvent {
            step: 3,
            what: RunEventKind::Resumed,
        };
        let earlier = |last: u64| {
            Event::History(Box::new(RunHistory {
                records: (1..=last).map(|n| record(step(n))).collect(),
                marks: vec![resumed.clone()],
                parent: None,
                ..RunHistory::default()
            }))
        };
        session.apply(earlier(3));
        assert_eq!((session.last.unwrap().step, session.marks.len()), (3, 1));
        session.apply(step(4));
        session.apply(Event::Marked(resumed.clone()));
        assert_eq!((session.last.unwrap().step, session.marks.len()), (4, 2));
        // A roll-back.
        session.apply(earlier(2));
        assert_eq!((session.last.unwrap().step, session.marks.len()), (2, 1));
        assert_eq!(session.history.tail().len(), 2);
    }

    #[test]
    fn without_an_end_there_is_no_time_left() {
        let mut session = Session::default();
        session.begin();
        session.apply(started(None));
        session.apply(step(3));
        assert_eq!((session.share(), session.time_left()), (None, None));
    }
}
