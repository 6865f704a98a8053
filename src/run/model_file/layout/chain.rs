//! Which kernel follows which, and which way the data goes through each.

use super::pieces::{Kernel, Norm, Piece};

/// What a kernel does with its shape [a, b, …].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// b → a.
    Dense,
    /// a → b, to higher resolution.
    Transposed,
    /// b → a.
    Convolution,
}

/// A kernel in its place, with the norm behind it.
#[derive(Clone, Debug)]
pub(super) struct Link<'a> {
    pub kernel: Kernel<'a>,
    pub way: Way,
    pub norm: Option<Norm<'a>>,
}

impl Link<'_> {
    /// Channels, or numbers, that it takes and gives.
    pub fn ends(&self) -> (usize, usize) {
        let (a, b) = self.kernel.ends();
        match self.way {
            Way::Transposed => (a, b),
            Way::Dense | Way::Convolution => (b, a),
        }
    }
}

/// Which of the two networks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Network {
    Generator,
    Discriminator,
}

/// Orders that are tried before it is said that there is none.
const MOST_TRIES: usize = 20_000;
/// More kernels are no DCGAN.
const MOST_KERNELS: usize = 24;

/// Channels of pictures.
const PICTURES: [usize; 2] = [1, 3];

/// The network that some pieces make; `None` where they make none of this kind.
pub(super) fn chain<'a>(pieces: &[Piece<'a>], network: Network) -> Option<Vec<Link<'a>>> {
    let kernels: Vec<&Kernel> = pieces
        .iter()
        .filter_map(|piece| match piece {
            Piece::Kernel(kernel) => Some(kernel),
            Piece::Norm(_) => None,
        })
        .collect();
    if !(2..=MOST_KERNELS).contains(&kernels.len()) {
        return None;
    }
    let mut search = Search {
        kernels: &kernels,
        network,
        majority: majority(&kernels, network),
        tries: 0,
    };
    let (order, ways) = search.run()?;
    let mut links: Vec<Link> = order
        .iter()
        .zip(ways)
        .map(|(&at, way)| Link {
            kernel: kernels[at].clone(),
            way,
            norm: None,
        })
        .collect();
    attach(pieces, &order, &mut links)?;
    Some(links)
}

struct Search<'k, 'a> {
    kernels: &'k [&'k Kernel<'a>],
    network: Network,
    /// Of a kernel whose shape does not tell.
    majority: Way,
    tries: usize,
}

/// What a link hands to the next.
#[derive(Clone, Copy)]
enum Given {
    /// The latent, whatever its length.
    Latent,
    Picture,
    Channels(usize),
    /// Of a dense layer: so many numbers, of channels that the next kernel tells.
    Numbers(usize),
}

impl Search<'_, '_> {
    fn run(&mut self) -> Option<(Vec<usize>, Vec<Way>)> {
        let given = match self.network {
            Network::Generator => Given::Latent,
            Network::Discriminator => Given::Picture,
        };
        let (mut order, mut ways) = (Vec::new(), Vec::new());
        self.extend(given, &mut order, &mut ways)
            .then_some((order, ways))
    }

    /// Whether the rest can follow; the file's own order is tried first.
    fn extend(&mut self, given: Given, order: &mut Vec<usize>, ways: &mut Vec<Way>) -> bool {
        self.tries += 1;
        if self.tries > MOST_TRIES {
            return false;
        }
        if order.len() == self.kernels.len() {
            return true;
        }
        let after = order.last().map_or(0, |last| last + 1);
        let count = self.kernels.len();
        for at in (after..count).chain(0..after.min(count)) {
            if order.contains(&at) {
                continue;
            }
            let is_last = order.len() + 1 == count;
            for way in self.ways(at) {
                let Some(gives) = self.follows(given, at, way, is_last) else {
                    continue;
                };
                order.push(at);
                ways.push(way);
                if self.extend(gives, order, ways) {
                    return true;
                }
                order.pop();
                ways.pop();
            }
        }
        false
    }

    /// Likely ones first.
    fn ways(&self, at: usize) -> Vec<Way> {
        match (self.kernels[at].side(), self.network, self.majority) {
            (None, ..) => vec![Way::Dense],
            (Some(_), Network::Discriminator, _) => vec![Way::Convolution],
            (Some(_), _, Way::Transposed) => vec![Way::Transposed, Way::Convolution],
            (Some(_), ..) => vec![Way::Convolution, Way::Transposed],
        }
    }

    /// What the kernel gives where it can follow; `None` where it cannot.
    fn follows(&self, given: Given, at: usize, way: Way, is_last: bool) -> Option<Given> {
        let (a, b) = self.kernels[at].ends();
        let (takes, gives) = if way == Way::Transposed {
            (a, b)
        } else {
            (b, a)
        };
        let fits = match given {
            // From 1×1 only a transposed convolution or a dense layer makes a picture.
            Given::Latent => takes > 1 && way != Way::Convolution,
            Given::Picture => PICTURES.contains(&takes) && way == Way::Convolution,
            Given::Channels(channels) if way == Way::Dense => {
                self.network == Network::Discriminator && square(takes, channels).is_some()
            }
            Given::Channels(channels) => takes == channels,
            Given::Numbers(numbers) if way == Way::Dense => takes == numbers,
            Given::Numbers(numbers) => square(numbers, takes).is_some(),
        };
        let is_picture = PICTURES.contains(&gives) && way != Way::Dense;
        let ends = match self.network {
            Network::Generator => is_picture == is_last,
            Network::Discriminator => (gives == 1) == is_last,
        };
        (fits && ends).then_some(match way {
            Way::Dense => Given::Numbers(gives),
            _ => Given::Channels(gives),
        })
    }
}

/// The side of a square of which each pixel has `channels` of the `numbers`.
pub(super) fn square(numbers: usize, channels: usize) -> Option<usize> {
    let pixels = (channels > 0 && numbers.is_multiple_of(channels)).then(|| numbers / channels)?;
    let side = pixels.isqrt();
    (side * side == pixels && (1..=64).contains(&side)).then_some(side)
}

/// What kernels are whose shape fits both ways: names may tell, and odd kernels are seldom transposed ones.
fn majority(kernels: &[&Kernel], network: Network) -> Way {
    if network == Network::Discriminator {
        return Way::Convolution;
    }
    let named = |words: &[&str]| {
        let names = kernels
            .iter()
            .map(|kernel| kernel.weight.name.to_ascii_lowercase());
        names
            .filter(|name| words.iter().any(|word| name.contains(word)))
            .count()
    };
    if named(&["deconv", "convt", "conv_t", "trans", "upconv"]) > 0 {
        return Way::Transposed;
    }
    // A chain of narrowing kernels [wide, narrow, …] is transposed; the stem aside.
    let inner = || kernels.iter().filter(|kernel| kernel.side().is_some());
    let narrowing = inner()
        .filter(|kernel| kernel.ends().0 > kernel.ends().1)
        .count();
    match 2 * narrowing >= inner().count() {
        true => Way::Transposed,
        false => Way::Convolution,
    }
}

/// Gives each norm to the kernel in front of it, or to the first one of its size that has none.
fn attach<'a>(pieces: &[Piece<'a>], order: &[usize], links: &mut [Link<'a>]) -> Option<()> {
    let is_kernel = |piece: &&Piece| matches!(piece, Piece::Kernel(_));
    for (at, piece) in pieces.iter().enumerate() {
        let Piece::Norm(norm) = piece else {
            continue;
        };
        let kernels = pieces[..at].iter().filter(is_kernel).count();
        let next_channels: Vec<usize> = (1..=links.len())
            .map(|at| links.get(at).map_or(0, |link| link.ends().0))
            .collect();
        let fits = |at: usize| {
            let link = &links[at];
            let gives = link.ends().1;
            let by_channel = link.way == Way::Dense
                && norm.channels == next_channels[at]
                && square(gives, norm.channels).is_some();
            link.norm.is_none() && (gives == norm.channels || by_channel)
        };
        let in_front = order.iter().position(|&at| at + 1 == kernels);
        let place = in_front
            .filter(|&at| fits(at))
            .or_else(|| (0..links.len()).find(|&at| fits(at)))?;
        links[place].norm = Some(norm.clone());
    }
    Some(())
}
