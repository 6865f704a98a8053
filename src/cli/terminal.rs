//! A run in the terminal: one line that moves.

use indicatif::{ProgressBar, ProgressStyle};

use super::output;
use crate::config::Penalty;
use crate::notice::{Next, Notice};
use crate::run::{Digest, EvalRecord, RunEvent, RunEventKind, StepRecord};
use crate::worker::train::{Event, GuardEvent, LoadProgress, Outcome, RunStart};

/// Shows the events of a run on standard error.
#[derive(Default)]
pub struct ProgressLine {
    bar: Option<ProgressBar>,
    /// The newest distance to the data, in words.
    distance: String,
    /// What to do should the run go bad: nothing where it learns by the stable preset already.
    rescue: Option<Next>,
    last: Option<StepRecord>,
    events: Vec<RunEvent>,
}

impl ProgressLine {
    /// Shows one event.
    pub fn show(&mut self, event: &Event) {
        match event {
            Event::Step(record) => self.last = Some(*record),
            Event::Marked(mark) => self.events.push(mark.clone()),
            Event::History(history) => self.events.clone_from(&history.marks),
            _ => {}
        }
        match event {
            Event::Started(started) => self.begin(started),
            Event::Preparing(preparing) => self.prepare(preparing),
            Event::Step(record) => self.step(record),
            Event::Samples { path, .. } => self.say(&format!("samples {}", path.display())),
            Event::Saved { path, .. } => self.say(&format!("model   {}", path.display())),
            Event::Notice(notice) => self.tell(notice),
            Event::Evaluated(measured) => self.measured(measured),
            Event::Guard(GuardEvent::Alarm(alarm)) => self.tell(&Notice {
                next: self.rescue.clone(),
                ..Notice::warning(alarm.why.clone())
            }),
            // Alarms were told; a new best comes often.
            Event::Marked(RunEvent {
                what: RunEventKind::Warning { .. } | RunEventKind::Best { .. },
                ..
            }) => {}
            Event::Marked(mark) => self.say(&format!("step {}: {}", mark.step, mark.what)),
            Event::Guard(GuardEvent::Over { .. })
            | Event::Checkpoint(_)
            | Event::History(_)
            | Event::Half(_)
            | Event::Live(_)
            | Event::Pinned(_)
            | Event::Paused(_) => {}
            Event::Ended(ended) => self.end(&ended.outcome),
        }
    }

    fn begin(&mut self, started: &RunStart) {
        let config = &started.config;
        let is_unprotected = config.penalty == Penalty::None;
        self.rescue = is_unprotected.then(|| Next::StablePreset(started.run.clone()));
        output::note(format_args!(
            "{} · {}×{} · width {} · batch {} · {}",
            started.data, config.size, config.size, config.width, config.batch, started.device
        ));
        output::note(format_args!("run     {}", started.run.display()));
        let (bar, template) = match started.total_steps {
            Some(total) => (
                ProgressBar::new(total),
                "{bar:16} step {pos}/{len} · {eta} left · {wide_msg}",
            ),
            None => (
                ProgressBar::new_spinner(),
                "{spinner} step {pos} · {wide_msg}",
            ),
        };
        // The templates are constants that the tests draw; a broken one would only look plainer.
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("━╸─"));
        }
        if let Some(step) = started.resumed {
            output::note(format_args!("from    step {step}"));
            bar.set_position(step);
            bar.reset_eta();
        }
        self.bar = Some(bar);
    }

    fn prepare(&self, preparing: &LoadProgress) {
        if let Some(bar) = self.bar.as_ref().filter(|bar| bar.position() == 0) {
            bar.set_message(format!(
                "{} of {} pictures",
                preparing.ready, preparing.total
            ));
        }
    }

    fn step(&self, record: &StepRecord) {
        let Some(bar) = &self.bar else { return };
        bar.set_position(record.step);
        bar.set_message(format!(
            "D {:.3} G {:.3} · D(x) {:.2} D(G(z)) {:.2}{} · {:.0} images/s",
            record.loss_d,
            record.loss_g,
            record.d_real,
            record.d_fake,
            self.distance,
            record.images_per_s
        ));
    }

    fn measured(&mut self, measured: &EvalRecord) {
        let found = &measured.measures;
        self.distance = format!(" · SWD {:.0} MS-SSIM {:.2}", found.swd, found.ms_ssim);
    }

    fn tell(&self, notice: &Notice) {
        match &self.bar {
            Some(bar) => bar.suspend(|| output::tell(notice)),
            None => output::tell(notice),
        }
    }

    fn say(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| output::note(format_args!("{text}"))),
            None => output::note(format_args!("{text}")),
        }
    }

    fn end(&mut self, outcome: &Outcome) {
        let Some(bar) = self.bar.take() else { return };
        let steps = bar.position(); // finishing moves it to the end
        bar.finish_and_clear();
        match outcome {
            Outcome::Completed => output::note(format_args!("completed after {steps} steps")),
            Outcome::Stopped => output::note(format_args!("stopped after {steps} steps")),
            // The reason follows as the error of the command.
            Outcome::Failed(_) => {}
        }
        if let Some(last) = &self.last {
            output::note(format_args!("{}", Digest::of(last, &self.events)));
        }
    }
}
