//! The faces that a run draws again and again, so that one sees each of them take shape.

use crate::config::TrainConfig;
use crate::latent::{Latent, LatentSpace};
use crate::run::samples::COLUMNS;

/// Those of a run's sample wall that nobody has pinned, in their order; none where its settings are not known.
#[derive(Clone, Debug, Default)]
pub(super) struct FixedFaces(pub Vec<Latent>);

impl FixedFaces {
    /// Those of a run with these settings.
    pub fn of(config: &TrainConfig) -> Self {
        let space = LatentSpace { len: config.latent };
        Self(space.wall(config.seed, COLUMNS * COLUMNS))
    }
}

#[cfg(test)]
mod tests {
    use crate::config::TrainConfig;
    use crate::latent::Latent;
    use crate::run::samples::PinnedFaces;
    use crate::run::{RunHistory, StepRecord};
    use crate::session::Session;
    use crate::worker::train::{Event, Outcome, RunEnd, RunStart};

    fn started() -> Event {
        let config = TrainConfig {
            latent: 12,
            ..TrainConfig::default()
        };
        Event::Started(Box::new(RunStart {
            config,
            device: "CPU".into(),
            data: "Starter faces".into(),
            pictures: 100,
            run: "runs/one".into(),
            total_steps: None,
            parameters: (1, 1),
            resumed: None,
        }))
    }

    fn record(step: u64) -> StepRecord {
        StepRecord {
            step,
            ..StepRecord::default()
        }
    }

    #[test]
    fn pinned_faces_stand_first_and_push_the_others_back() {
        let mut session = Session::default();
        session.begin();
        session.apply(started());
        let fixed: Vec<Latent> = (0..64)
            .filter_map(|place| session.wall_face(9, place).cloned())
            .collect();
        assert_eq!((fixed.len(), fixed[0].len()), (64, 12));
        let pinned = fixed[5].clone();
        session.apply(Event::Pinned(PinnedFaces {
            since: 9,
            latents: vec![pinned.clone()],
        }));
        let at = |step, place| session.wall_face(step, place);
        assert_eq!((at(9, 0), at(9, 1)), (Some(&pinned), Some(&fixed[0])));
        assert_eq!(at(8, 0), Some(&fixed[0]));
        assert_eq!(at(9, 65), None);
    }

    #[test]
    fn a_run_that_is_only_looked_at_takes_the_place_of_the_one_before() {
        let mut session = Session::default();
        session.begin();
        session.apply(started());
        session.apply(Event::Step(record(7)));
        session.begin();
        session.apply(Event::History(Box::new(RunHistory {
            records: vec![record(1), record(2)],
            ..RunHistory::default()
        })));
        session.apply(Event::Ended(RunEnd {
            outcome: Outcome::Completed,
            model: None,
        }));
        assert_eq!(session.last.unwrap().step, 2);
        // Its settings are not known here, and so are not its faces.
        assert!(session.started.is_none() && session.wall_face(1, 0).is_none());
    }
}
