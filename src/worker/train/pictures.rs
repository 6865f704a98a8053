//! Whether a run can learn from its pictures, and where in them it goes on.

use std::path::Path;

use super::feed::too_few;
use super::identity::{Identity, IdentityMatch};
use super::resume::TrainerState;
use crate::config::{DataChoice, TrainConfig};
use crate::data::{self, BatchPosition, Source};
use crate::notice::{Next, Notice};
use crate::worker::source_notices;

/// The pictures; those of a run that goes on in the folder `resumes` may have been moved.
pub(super) fn open(
    config: &TrainConfig,
    resumes: Option<&Path>,
) -> Result<Box<dyn Source>, Notice> {
    data::open(config).map_err(|error| match resumes {
        Some(run) => {
            let text = "The pictures of the run cannot be used.";
            Notice::from_error(text, &error).with_next(Next::OtherPictures(run.to_owned()))
        }
        None => source_notices::unusable(&error),
    })
}

/// The place in the data, as far as the pictures and their order are the same as in `state`, and what they
/// are known by. A run that goes on, in the folder `resumes`, does so with the same pictures only.
pub(super) fn go_on(
    config: &TrainConfig,
    state: Option<&TrainerState>,
    source: &dyn Source,
    resumes: Option<&Path>,
    notices: &mut Vec<Notice>,
) -> Result<(Option<BatchPosition>, Identity), Notice> {
    // Drawn faces follow from the settings.
    let is_drawn = |config: &TrainConfig| config.data == DataChoice::Starter;
    let Some((state, before)) = state.and_then(|state| Some((state, state.config().ok()?))) else {
        let identity = if is_drawn(config) {
            Identity::known(source)
        } else {
            Identity::of(source)
        };
        return Ok((None, identity));
    };
    let same_order = has_order_of(&before, config);
    let (likeness, identity) = match (is_drawn(&before), is_drawn(config)) {
        (true, true) => (IdentityMatch::Same, Identity::known(source)),
        (false, false) => state.pictures.compare(source),
        (true, false) => (IdentityMatch::Other, Identity::of(source)),
        (false, true) => (IdentityMatch::Other, Identity::known(source)),
    };
    match (likeness, resumes) {
        (IdentityMatch::Other, Some(run)) => return Err(others(config, source, state, run)),
        (IdentityMatch::Unknown, _) if same_order => {
            let text = "The pictures may not be those of the checkpoint: then training goes on, but not \
                        exactly as it would have.";
            notices.push(Notice::warning(text));
        }
        _ => {}
    }
    let keeps_place = same_order && likeness != IdentityMatch::Other;
    Ok((keeps_place.then(|| state.place.clone()), identity))
}

/// Whether the same pictures come in the same order.
fn has_order_of(before: &TrainConfig, config: &TrainConfig) -> bool {
    let order = |config: &TrainConfig| {
        let TrainConfig {
            prepare,
            starter_count,
            starter_edition,
            hold_back,
            size,
            batch,
            seed,
            ..
        } = config.clone();
        let starter = (starter_count, starter_edition);
        (prepare, starter, hold_back.to_bits(), size, batch, seed)
    };
    order(before) == order(config)
}

/// A run that goes on does so with the pictures that it has learnt from.
fn others(config: &TrainConfig, source: &dyn Source, state: &TrainerState, run: &Path) -> Notice {
    let text = "These are not the pictures that the run has learnt from, so that it cannot go on.";
    let (there, then) = (source.len(), state.pictures.count);
    let details = if there == then {
        config.data.to_string()
    } else {
        format!("{there} pictures, {then} before\n{}", config.data)
    };
    let notice = Notice::error(text).with_details(details);
    notice.with_next(Next::OtherPictures(run.to_owned()))
}

/// Refuses pictures or settings with which no step can be done.
pub(super) fn check_count(config: &TrainConfig, pictures: usize) -> Result<(), Notice> {
    if let Some(text) = too_few((pictures, pictures), config.batch) {
        return Err(Notice::error(text).with_details(config.data.to_string()));
    }
    match total_steps(config, pictures) {
        Some(0) => Err(no_step(config, pictures)),
        _ => Ok(()),
    }
}

/// A run whose passes over the data are over before a step is done.
pub(super) fn no_step(config: &TrainConfig, pictures: usize) -> Notice {
    let TrainConfig { batch, live, .. } = config;
    let batches = pictures / batch;
    Notice::error(format!(
        "The run would end before its first step: {pictures} pictures are {batches} batches of {batch} a pass, \
         and a step takes {}. Give it more passes (epochs), or lower the batch or the D steps per G.",
        live.d_steps
    ))
}

/// As far as is known before the broken pictures are.
pub(super) fn total_steps(config: &TrainConfig, pictures: usize) -> Option<u64> {
    let an_epoch = (pictures / config.batch) as u64;
    let of_epochs = |epochs: u64| epochs.saturating_mul(an_epoch) / u64::from(config.live.d_steps);
    config.steps.or(config.epochs.map(of_epochs))
}
