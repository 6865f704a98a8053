//! Which tensors of a file are the generator and which the discriminator, whatever stands in front of their names.
//!
//! Files from elsewhere have prefixes: `module.` where the network was trained on several GPUs, `netG.` or
//! `generator.` where it was a part of something larger. Below them the numbers are those of the tutorial's
//! `nn.Sequential`, by which the two networks are told apart.

use morphogan_nn::Direction;
use safetensors::tensor::SafeTensors;

use super::error::ModelFileError;

/// Where our own files have them.
const OWN: (&str, &str) = ("main.", "discriminator.main.");

/// What stands in front of the numbers in the names of each network.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Prefixes {
    pub generator: String,
    pub discriminator: Option<String>,
}

impl Prefixes {
    /// Those of a file.
    ///
    /// # Errors
    /// Where there is no generator, or more than one network of a kind and none under its usual name.
    pub fn find(tensors: &SafeTensors) -> Result<Self, ModelFileError> {
        let (up, down) = chains(tensors);
        if up.is_empty() && !down.is_empty() {
            let found = "it holds a discriminator and no generator";
            return Err(ModelFileError::NotADcgan(found.into()));
        }
        let Some(generator) = choose(up, OWN.0, "generators")? else {
            return Err(ModelFileError::NotADcgan(none(tensors)));
        };
        let discriminator = match is_kernel(tensors, &format!("{}0.weight", OWN.1)) {
            true => Some(OWN.1.to_owned()),
            false => choose(down, OWN.1, "discriminators")?,
        };
        Ok(Self {
            generator,
            discriminator,
        })
    }

    /// Whether a tensor of this name is a part of either network: it stands beside or below its numbers.
    pub fn own(&self, name: &str) -> bool {
        let networks = std::iter::once(&self.generator).chain(&self.discriminator);
        networks
            .into_iter()
            .any(|prefix| name.starts_with(parent(prefix)))
    }
}

/// The module that holds the `nn.Sequential` behind `prefix`: `netG.` of `netG.main.`.
fn parent(prefix: &str) -> &str {
    let module = prefix.strip_suffix('.').unwrap_or_default();
    module.rfind('.').map_or("", |dot| &prefix[..=dot])
}

/// Prefixes of chains of convolutions: generators, then discriminators, each in order.
fn chains(tensors: &SafeTensors) -> (Vec<String>, Vec<String>) {
    let (mut up, mut down) = (Vec::new(), Vec::new());
    for name in tensors.names() {
        let Some(prefix) = name.strip_suffix("0.weight") else {
            continue;
        };
        let whole = prefix.is_empty() || prefix.ends_with('.');
        if !whole || !is_kernel(tensors, name) {
            continue;
        }
        let second = |direction| {
            let (convolution, _) = super::types::places(direction, 1);
            is_kernel(tensors, &format!("{prefix}{convolution}.weight"))
        };
        if second(Direction::Up) {
            up.push(prefix.to_owned());
        } else if second(Direction::Down) {
            down.push(prefix.to_owned());
        }
    }
    up.sort_unstable();
    down.sort_unstable();
    (up, down)
}

/// Whether there is such a tensor and it could be a convolution's.
fn is_kernel(tensors: &SafeTensors, name: &str) -> bool {
    tensors
        .tensor(name)
        .is_ok_and(|tensor| tensor.shape().len() == 4)
}

/// The one of them that stands where ours do, or else the only one.
fn choose(all: Vec<String>, own: &str, what: &str) -> Result<Option<String>, ModelFileError> {
    if all.iter().any(|prefix| prefix == own) {
        return Ok(Some(own.to_owned()));
    }
    match &all[..] {
        [] => Ok(None),
        [only] => Ok(Some(only.clone())),
        several => Err(ModelFileError::NotADcgan(format!(
            "it holds several {what}, {}: keep one of them in the file",
            several.join(" and ")
        ))),
    }
}

/// Why there is no generator: what is missing, and what is there instead.
fn none(tensors: &SafeTensors) -> String {
    let mut names = tensors.names();
    names.sort_unstable();
    match names.first() {
        Some(first) => {
            // A name is as long as a file wants it.
            let first: String = first.chars().take(100).collect();
            format!("main.0.weight is missing; there is {first}")
        }
        None => "it holds no tensors".into(),
    }
}

#[cfg(test)]
mod tests {
    use safetensors::tensor::{Dtype, TensorView};

    use super::*;

    fn find(names: &[&str]) -> Result<Prefixes, String> {
        let views = names.iter().map(|name| {
            let view = TensorView::new(Dtype::U8, vec![1, 1, 1, 1], &[0]);
            (*name, view.unwrap())
        });
        let bytes = safetensors::serialize(views, None).unwrap();
        let tensors = SafeTensors::deserialize(&bytes).unwrap();
        Prefixes::find(&tensors).map_err(|error| error.to_string())
    }

    #[test]
    fn networks_are_found_behind_any_prefix() {
        for prefix in ["main.", "", "module.main.", "netG.", "a.b.generator.model."] {
            let names = [format!("{prefix}0.weight"), format!("{prefix}3.weight")];
            let found = find(&[&names[0], &names[1]]).unwrap();
            assert_eq!((&*found.generator, found.discriminator), (prefix, None));
        }
        let both = [
            "g.main.0.weight",
            "g.main.3.weight",
            "d.main.0.weight",
            "d.main.2.weight",
        ];
        let found = find(&both).unwrap();
        assert_eq!(found.generator, "g.main.");
        assert_eq!(found.discriminator.as_deref(), Some("d.main."));
        assert!(found.own("g.fc.weight") && !found.own("epoch"));
        // Ours wins over what a checkpoint holds besides.
        let ours = [
            "main.0.weight",
            "main.3.weight",
            "raw.main.0.weight",
            "raw.main.3.weight",
        ];
        assert_eq!(find(&ours).unwrap().generator, "main.");
    }

    #[test]
    fn what_cannot_be_chosen_is_said() {
        let two = ["a.0.weight", "a.3.weight", "b.0.weight", "b.3.weight"];
        assert!(
            find(&two)
                .unwrap_err()
                .contains("several generators, a. and b.")
        );
        let only_d = ["main.0.weight", "main.2.weight", "main.5.weight"];
        assert!(find(&only_d).unwrap_err().contains("no generator"));
        assert!(
            find(&["x"])
                .unwrap_err()
                .contains("main.0.weight is missing; there is x")
        );
        assert!(find(&[]).unwrap_err().contains("no tensors"));
    }
}
