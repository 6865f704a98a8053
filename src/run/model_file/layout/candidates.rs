//! Which tensors of a file make a network, whatever stands in front of their names.

use super::chain::{Link, Network, chain};
use super::pieces::pieces;
use crate::run::model_file::error::ModelFileError;
use crate::run::model_file::found::{CONTAINED, Found};

/// A network of a file.
pub(super) struct Candidate<'a> {
    /// What stands in front of its tensors' names.
    prefix: String,
    pub network: Network,
    pub links: Vec<Link<'a>>,
}

/// What optimisers remember of each weight has the shape of a network and is none.
const OF_OPTIMISERS: [&str; 6] = [
    "exp_avg",
    "exp_avg_sq",
    "max_exp_avg_sq",
    "momentum_buffer",
    "square_avg",
    "grad",
];

/// Words in the names of averaged weights.
const AVERAGED: [&str; 5] = ["ema", "avg", "averag", "shadow", "swa"];

impl Candidate<'_> {
    /// As a person would call it.
    pub fn name(&self) -> String {
        let name = self.prefix.replace(CONTAINED, ".");
        match name.trim_end_matches('.') {
            "" => "the network".into(),
            name => name.into(),
        }
    }

    pub fn is_averaged(&self) -> bool {
        let name = self.prefix.to_ascii_lowercase();
        AVERAGED.iter().any(|word| name.contains(word))
    }
}

/// More than any network has. Names and their number are the file's, and the search goes as deep as a name has parts.
const MOST_TENSORS: usize = 10_000;
const LONGEST_NAME: usize = 500;

/// All networks of a file in its order; none where it holds far more than one.
pub(super) fn candidates<'a>(found: &'a [Found<'a>]) -> Vec<Candidate<'a>> {
    let is_weight = |found: &&Found| {
        let mut parts = found.name.split(['.', CONTAINED]);
        !parts.any(|part| OF_OPTIMISERS.contains(&part))
    };
    let is_named = |found: &&Found| found.name.len() <= LONGEST_NAME;
    let weights = found.iter().filter(is_named).filter(is_weight);
    let weights: Vec<&Found> = weights.take(MOST_TENSORS + 1).collect();
    let mut all = Vec::new();
    if weights.len() > MOST_TENSORS {
        return all;
    }
    search(0, &weights, &mut all);
    all
}

/// Looks at some tensors whose names have `shared` bytes in common as one network, else at those of each module.
fn search<'a>(shared: usize, tensors: &[&'a Found<'a>], all: &mut Vec<Candidate<'a>>) {
    let own = |found: &&'a Found<'a>| (&found.name[shared..], *found);
    let named: Vec<(&str, &Found)> = tensors.iter().map(own).collect();
    if let Ok(pieces) = pieces(&named) {
        let networks = [Network::Generator, Network::Discriminator].into_iter();
        let mut found = networks.filter_map(|network| Some((network, chain(&pieces, network)?)));
        if let Some((network, links)) = found.next() {
            let prefix = tensors.first().map_or("", |first| &first.name[..shared]);
            all.push(Candidate {
                prefix: prefix.to_owned(),
                network,
                links,
            });
            return;
        }
    }
    let mut groups: Vec<(&str, Vec<&Found>)> = Vec::new();
    for (name, found) in named {
        let Some(end) = name.find(['.', CONTAINED]) else {
            continue;
        };
        match groups.iter_mut().find(|(own, _)| *own == &name[..=end]) {
            Some((_, group)) => group.push(found),
            None => groups.push((&name[..=end], vec![found])),
        }
    }
    for (name, group) in groups {
        search(shared + name.len(), &group, all);
    }
}

/// Refuses a generator beside which its module holds something that belongs to no network: without it the pictures would
/// be others.
pub(super) fn check_alone(
    generator: &Candidate,
    all: &[Candidate],
    found: &[Found],
) -> Result<(), ModelFileError> {
    let module = parent(&generator.prefix);
    let mut strays: Vec<&Found> = found
        .iter()
        .filter(|found| found.name.starts_with(module) && !found.shape.is_empty())
        .filter(|found| !found.name[module.len()..].contains(CONTAINED))
        .filter(|found| !all.iter().any(|one| found.name.starts_with(&one.prefix)))
        .collect();
    // What holds kernels of its own is another network.
    let group = |found: &Found| {
        let rest = &found.name[module.len()..];
        rest.find('.').map(|end| rest[..end].to_owned())
    };
    let kernels_beside = |found: &Found| {
        let own = group(found);
        let beside = strays.iter().filter(|other| other.shape.len() == 4);
        own.is_some() && beside.filter(|other| group(other) == own).count() >= 2
    };
    let others: Vec<bool> = strays.iter().map(|found| kernels_beside(found)).collect();
    let mut others = others.into_iter();
    strays.retain(|_| !others.next().unwrap_or_default());
    match strays.first() {
        Some(stray) => Err(ModelFileError::Unknown(stray.name.replace(CONTAINED, "."))),
        None => Ok(()),
    }
}

/// The module that holds the one of `prefix`, in the same container.
fn parent(prefix: &str) -> &str {
    let module = prefix.strip_suffix('.').unwrap_or(prefix);
    match module.rfind(['.', CONTAINED]) {
        Some(at) if prefix.ends_with('.') => &prefix[..=at],
        _ if prefix.ends_with('.') => "",
        _ => prefix,
    }
}
