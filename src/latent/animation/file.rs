//! Animations as small JSON files, `*.morph.json`.

use serde::{Deserialize, Serialize};

use super::{Animation, LONGEST, MOST_FPS};

/// Raised when older programs cannot read what newer ones write.
const FORMAT: u32 = 1;

/// How the names of such files end, after the point.
pub const ENDING: &str = "morph.json";

/// An animation and the model that it was made with.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AnimationFile {
    /// In words.
    #[serde(default)]
    pub model: String,
    /// Tells that model's weights from others; empty where they were still changing.
    #[serde(default)]
    pub fingerprint: String,
    pub animation: Animation,
}

/// Why a file holds no animation.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AnimationFileError {
    #[error("this is no animation: {0}")]
    Format(#[from] serde_json::Error),
    /// Written by a later Morphogan.
    #[error("the animation was saved by a newer version (format {0}, this program reads {FORMAT})")]
    Newer(u32),
    /// Something in it that cannot be played.
    #[error("{0}")]
    Invalid(String),
}

#[derive(Serialize, Deserialize)]
struct File {
    format: u32,
    #[serde(flatten)]
    file: AnimationFile,
}

/// The file's text.
///
/// # Errors
/// Where the animation cannot be played.
pub fn to_json(file: &AnimationFile) -> Result<String, AnimationFileError> {
    check(&file.animation)?;
    Ok(serde_json::to_string(&File {
        format: FORMAT,
        file: file.clone(),
    })?)
}

/// The animation of such a text.
///
/// # Errors
/// Where it is something else, was written by a later program, or cannot be played.
pub fn from_json(text: &str) -> Result<AnimationFile, AnimationFileError> {
    #[derive(Deserialize)]
    struct Version {
        format: u32,
    }
    let version: Version = serde_json::from_str(text)?;
    if version.format > FORMAT {
        return Err(AnimationFileError::Newer(version.format));
    }
    let mut file = serde_json::from_str::<AnimationFile>(text)?;
    for track in &mut file.animation.tracks {
        track.keys.sort_by(|a, b| a.at.total_cmp(&b.at));
    }
    check(&file.animation)?;
    Ok(file)
}

fn check(animation: &Animation) -> Result<(), AnimationFileError> {
    let refused = |text: String| Err(AnimationFileError::Invalid(text));
    if !(1..=MOST_FPS).contains(&animation.fps) {
        let fps = animation.fps;
        return refused(format!(
            "{fps} pictures a second cannot be shown (1 to {MOST_FPS} can)"
        ));
    }
    if !(animation.truncation.is_finite() && animation.truncation > 0.0) {
        return refused(format!("{} is no truncation", animation.truncation));
    }
    let components = animation.components();
    let is_time = |time: f32| (0.0..=LONGEST).contains(&time);
    for key in &animation.keys {
        let name = &key.name;
        if key.latent.is_empty() || key.latent.0.iter().any(|x| !x.is_finite()) {
            return refused(format!(
                "the face “{name}” has no numbers, or some that are not finite"
            ));
        }
        if key.latent.len() != components {
            return refused(format!(
                "the face “{name}” is of another latent space than the first"
            ));
        }
        if !is_time(key.hold) || !is_time(key.seconds) {
            return refused(format!(
                "the times of the face “{name}” are not 0 to {LONGEST} seconds"
            ));
        }
        if !key.easing.unwrap_or(animation.easing).is_valid() {
            return refused("a point of an easing curve does not lie between 0 and 1".into());
        }
    }
    if let Some(problem) = animation.framing.problem(components) {
        return refused(problem);
    }
    for track in &animation.tracks {
        let (name, sigma) = (&track.direction.name, &track.direction.sigma);
        let fits = components == 0 || sigma.len() == components;
        if !fits || sigma.is_empty() || sigma.iter().any(|x| !x.is_finite()) {
            return refused(format!("the direction “{name}” is of another latent space"));
        }
        if track
            .keys
            .iter()
            .any(|key| !(key.value.is_finite() && key.at.is_finite() && key.at >= 0.0))
        {
            return refused(format!("a key of the direction “{name}” is no number"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::tests::animation;
    use super::super::{Company, Easing, Framing, MotionPath};
    use super::*;
    use crate::config::CaptionPlace;
    use crate::latent::Latent;
    use proptest::prelude::*;

    fn file(seed: u64) -> AnimationFile {
        AnimationFile {
            model: "starter-faces".into(),
            fingerprint: "ab12".into(),
            animation: animation(seed),
        }
    }

    #[test]
    fn it_comes_back_bit_for_bit_and_draws_the_same() {
        for seed in 0..20 {
            let file = file(seed);
            let again = from_json(&to_json(&file).unwrap()).unwrap();
            assert_eq!(again, file);
            assert_eq!(again.animation.latents(), file.animation.latents());
        }
    }

    #[test]
    fn what_is_around_the_face_comes_back() {
        let mut file = file(3);
        let face = file.animation.keys[0].latent.clone();
        file.animation.framing = Framing {
            company: Company::Faces(vec![face]),
            columns: 2,
            gap: 4,
            border: 8,
            background: [1, 2, 3],
            caption: "frame {frame}".into(),
            caption_place: CaptionPlace::Over,
        };
        let again = from_json(&to_json(&file).unwrap()).unwrap();
        assert_eq!(again, file);
    }

    #[test]
    fn a_file_that_a_person_wrote_is_read() {
        let text = r#"{"format":1,"animation":{"fps":25,"path":"spline","easing":"in-out","loop":true,"truncation":0.9,
            "keys":[{"name":"Ada","latent":[1,0],"hold":0.5,"seconds":2,"easing":{"bezier":[0.1,0.2,0.3,1]}}]}}"#;
        let read = from_json(text).unwrap().animation;
        assert_eq!(
            (read.fps, read.path, read.closed),
            (25, MotionPath::Spline, true)
        );
        assert_eq!(read.easing, Easing::InOut);
        assert_eq!(
            read.keys[0].easing,
            Some(Easing::Bezier([0.1, 0.2, 0.3, 1.0]))
        );
    }

    #[test]
    fn what_is_wrong_is_said() {
        let error = |text: &str| from_json(text).unwrap_err().to_string();
        assert!(error("[]").contains("no animation"));
        assert!(error(r#"{"format":2}"#).contains("newer version (format 2"));
        let changed = |change: &dyn Fn(&mut Animation)| {
            let mut file = file(1);
            change(&mut file.animation);
            to_json(&file).unwrap_err().to_string()
        };
        assert!(changed(&|a| a.fps = 0).contains("0 pictures a second"));
        assert!(changed(&|a| a.truncation = f32::NAN).contains("truncation"));
        assert!(changed(&|a| a.keys[1].latent.0.clear()).contains("no numbers"));
        assert!(changed(&|a| a.keys[1].latent.0.truncate(2)).contains("another latent space"));
        assert!(changed(&|a| a.keys[0].hold = -1.0).contains("seconds"));
        assert!(changed(&|a| a.easing = Easing::Bezier([2.0; 4])).contains("easing"));
        assert!(changed(&|a| a.tracks[0].direction.sigma.truncate(1)).contains("latent space"));
        assert!(changed(&|a| a.tracks[0].keys[0].value = f32::INFINITY).contains("no number"));
        assert!(changed(&|a| a.framing.border = 1000).contains("border"));
        assert!(changed(&|a| a.framing.caption = "x".repeat(500)).contains("caption"));
        let strange = Company::Faces(vec![Latent(vec![0.0; 1])]);
        assert!(changed(&|a| a.framing.company = strange.clone()).contains("moves along"));
    }

    proptest! {
        #[test]
        fn any_text_is_an_answer_not_a_panic(text in ".{0,200}", cut in 0usize..2000) {
            let _ = from_json(&text);
            let whole = to_json(&file(1)).unwrap();
            let part: String = whole.chars().take(cut.min(whole.len() - 1)).collect();
            prop_assert!(from_json(&part).is_err());
        }
    }
}
