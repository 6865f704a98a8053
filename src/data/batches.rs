//! Which pictures come when, and their way into a tensor.

use candle_core::{DType, Device, Result, Tensor};
use serde::{Deserialize, Serialize};

use super::Dataset;
use crate::latent::noise::{Noise, Purpose};

/// A seeded order of batches.
///
/// The first epoch goes through the pictures as they are loaded (the loader shuffles), so that
/// training begins while the rest is on its way, and which pictures a step sees does not depend on
/// how fast that is. Every later epoch shuffles all of them. A remainder smaller than a batch is
/// left out: batch norm on a few pictures would disturb the running statistics.
#[derive(Clone, Debug, PartialEq)]
pub struct Batches {
    batch: usize,
    noise: Noise,
    /// Of the current epoch; empty in the first.
    order: Vec<usize>,
    place: BatchPosition,
}

/// How far the batches are: all that is needed to go on from there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BatchPosition {
    /// As it was before it shuffled the current epoch.
    shuffled_by: Noise,
    /// Pictures in the current epoch; 0 in the first, where nothing was shuffled yet.
    shuffled: usize,
    next: usize,
    epoch: u64,
}

impl Batches {
    /// `batch` pictures at a time.
    pub fn new(batch: usize, seed: u64) -> Self {
        let mut noise = Noise::new(seed, Purpose::Order);
        // The loader took the first permutation of this stream.
        noise.uniform();
        Self {
            batch,
            noise: noise.clone(),
            order: Vec::new(),
            place: BatchPosition {
                shuffled_by: noise,
                shuffled: 0,
                next: 0,
                epoch: 0,
            },
        }
    }

    /// Goes on from `place`, with batches of the same size.
    pub fn at(batch: usize, place: BatchPosition) -> Self {
        let mut noise = place.shuffled_by.clone();
        let order = match place.shuffled {
            0 => Vec::new(),
            count => noise.permutation(count),
        };
        Self {
            batch,
            noise,
            order,
            place,
        }
    }

    /// How far they are.
    pub fn place(&self) -> &BatchPosition {
        &self.place
    }

    pub fn epoch(&self) -> u64 {
        self.place.epoch
    }

    /// Pictures that the next batch needs to be there, if no new epoch begins with it.
    pub fn upcoming(&self) -> usize {
        // A shuffled epoch takes pictures from everywhere.
        self.order.len().max(self.place.next + self.batch)
    }

    /// Whether the current epoch is over, so that the next batch begins another one; `loaded` and
    /// `complete` as for [`Batches::next`].
    pub fn epoch_is_over(&self, loaded: usize, complete: bool) -> bool {
        // Fewer pictures than were shuffled: some were lost since then, and a new order is due.
        complete && (self.place.next + self.batch > loaded || self.order.len() > loaded)
    }

    /// The next pictures' numbers, of `loaded` that are there; `complete` says that no more will
    /// come. `None`: they are still on their way, or all pictures together make no batch.
    pub fn next(&mut self, loaded: usize, complete: bool) -> Option<Vec<usize>> {
        if complete && loaded < self.batch {
            return None;
        }
        if self.epoch_is_over(loaded, complete) {
            self.place = BatchPosition {
                shuffled_by: self.noise.clone(),
                shuffled: loaded,
                next: 0,
                epoch: self.place.epoch.saturating_add(1),
            };
            self.order = self.noise.permutation(loaded);
        }
        if self.upcoming() > loaded {
            return None;
        }
        let end = self.place.next + self.batch;
        let chosen = match self.order.get(self.place.next..end) {
            Some(order) => order.to_vec(),
            None => (self.place.next..end).collect(),
        };
        self.place.next = end;
        Some(chosen)
    }
}

/// Pictures `chosen` as [b, size, size, channels] in −1..1, those of which `mirrored` says so
/// flipped left to right. Numbers beyond the data are left out.
///
/// # Errors
/// candle's, for a device that fails, and the file system's.
pub fn to_tensor(
    data: &Dataset,
    chosen: &[usize],
    mirrored: impl Fn(usize) -> bool,
    device: &Device,
) -> Result<Tensor> {
    let (size, channels) = (data.size(), data.channels());
    let there = chosen.iter().copied().filter(|&index| index < data.len());
    let mut bytes = Vec::with_capacity(chosen.len() * data.stride());
    for index in there {
        let begin = bytes.len();
        bytes.resize(begin + data.stride(), 0);
        let picture = &mut bytes[begin..];
        data.read(index, picture)?;
        if mirrored(index) {
            for row in picture.chunks_exact_mut(size * channels) {
                mirror(row, channels);
            }
        }
    }
    let shape = (bytes.len() / data.stride(), size, size, channels);
    if device.is_cpu() {
        let numbers = bytes.iter().map(|&byte| f32::from(byte) / 127.5 - 1.0);
        return Tensor::from_vec(numbers.collect(), shape, device);
    }
    // A quarter of the bytes to copy.
    let bytes = Tensor::from_vec(bytes, shape, device)?;
    bytes.to_dtype(DType::F32)?.affine(1.0 / 127.5, -1.0)
}

/// Turns a row of pixels around.
fn mirror(row: &mut [u8], channels: usize) {
    row.reverse();
    for pixel in row.chunks_exact_mut(channels) {
        pixel.reverse();
    }
}

/// Whether picture `index` is shown mirrored in an epoch: a coin that falls the same way each time
/// it is asked, so that a resumed run sees what it would have seen.
pub fn coin(seed: u64, epoch: u64, index: usize) -> bool {
    // SplitMix64's mixing of the three numbers.
    let mut bits = seed ^ 0x6d69_7272_6f72;
    for part in [epoch, index as u64] {
        bits = bits.wrapping_add(part).wrapping_add(0x9e37_79b9_7f4a_7c15);
        bits = (bits ^ bits >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ bits >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^= bits >> 31;
    }
    bits & 1 == 1
}

/// Which pictures of a source are learnt from, in the order of a loader, and which are kept back.
#[derive(Clone, Debug, PartialEq)]
pub struct Split {
    pub training: Vec<usize>,
    pub held_back: Vec<usize>,
}

impl Split {
    /// Of `count` pictures, a `share` of which is kept back.
    pub fn new(count: usize, share: f64, seed: u64) -> Self {
        let mut training = loading_order(count, seed);
        let held_back = training.split_off(count - (count as f64 * share) as usize);
        Self {
            training,
            held_back,
        }
    }
}

/// The order in which a loader takes the pictures of a source.
pub fn loading_order(count: usize, seed: u64) -> Vec<usize> {
    Noise::new(seed, Purpose::Order).permutation(count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::Picture;
    use proptest::prelude::*;

    #[test]
    fn the_order_does_not_depend_on_the_pace_of_loading() {
        let all_there = {
            let mut batches = Batches::new(4, 1);
            (0..12)
                .map(|_| batches.next(18, true).unwrap())
                .collect::<Vec<_>>()
        };
        let mut batches = Batches::new(4, 1);
        let mut loaded = 0;
        let mut seen = Vec::new();
        while seen.len() < 12 {
            match batches.next(loaded, loaded == 18) {
                Some(batch) => seen.push(batch),
                None => loaded += 1,
            }
        }
        assert_eq!(seen, all_there);
        assert_eq!(batches.epoch(), 2);
        assert_eq!(seen[0], [0, 1, 2, 3]);
        assert_ne!(seen[4], [0, 1, 2, 3]);
    }

    proptest! {
        #[test]
        fn going_on_from_a_place_gives_what_would_have_come(
            count in 8usize..60,
            batch in 2usize..8,
            done in 0usize..40,
            pace in 1usize..9,
        ) {
            let mut batches = Batches::new(batch, 3);
            for _ in 0..done {
                batches.next(count, true).unwrap();
            }
            let text = serde_json::to_string(batches.place()).unwrap();
            let mut again = Batches::at(batch, serde_json::from_str(&text).unwrap());
            // The pictures are loaded anew, from none on.
            let mut loaded = 0;
            for _ in 0..20 {
                let chosen = loop {
                    match again.next(loaded, loaded == count) {
                        Some(chosen) => break chosen,
                        None => loaded = (loaded + pace).min(count),
                    }
                };
                prop_assert!(chosen.iter().all(|&index| index < loaded));
                prop_assert_eq!(chosen, batches.next(count, true).unwrap());
                prop_assert_eq!(again.place(), batches.place());
            }
        }

        #[test]
        fn an_epoch_shows_no_picture_twice(count in 1usize..200, batch in 2usize..40) {
            let mut batches = Batches::new(batch, 9);
            let per_epoch = count / batch;
            for epoch in 0..3 {
                let mut seen = std::collections::HashSet::new();
                for _ in 0..per_epoch {
                    let chosen = batches.next(count, true).unwrap();
                    prop_assert_eq!(batches.epoch(), epoch);
                    for index in chosen {
                        prop_assert!(index < count && seen.insert(index));
                    }
                }
            }
            if per_epoch == 0 {
                prop_assert_eq!(batches.next(count, true), None);
            }
        }
    }

    #[test]
    fn where_pictures_were_lost_a_new_epoch_begins() {
        let mut batches = Batches::new(4, 1);
        for _ in 0..6 {
            batches.next(18, true).unwrap();
        }
        let mut again = Batches::at(4, batches.place().clone());
        assert_eq!(again.next(17, false), None);
        let chosen = again.next(17, true).unwrap();
        assert!(chosen.iter().all(|&index| index < 17));
        assert_eq!(again.epoch(), 2);
    }

    #[test]
    fn bytes_become_minus_one_to_one() {
        let mut data = Dataset::new(1, 3);
        data.push(&Picture::filled(1, 1, [0, 255, 51]));
        let tensor = to_tensor(&data, &[0, 0], |_| false, &Device::Cpu).unwrap();
        assert_eq!(tensor.dims(), [2, 1, 1, 3]);
        let numbers: Vec<f32> = tensor.flatten_all().unwrap().to_vec1().unwrap();
        assert_eq!(numbers[..3], [-1.0, 1.0, -0.6]);
    }

    #[test]
    fn mirrored_pictures_are_turned_around() {
        let mut data = Dataset::new(2, 3);
        let rgb = (0..12).map(|byte| byte * 20).collect();
        data.push(&Picture {
            width: 2,
            height: 2,
            rgb,
        });
        let numbers = |mirrored: bool| -> Vec<f32> {
            let tensor = to_tensor(&data, &[0], |_| mirrored, &Device::Cpu).unwrap();
            tensor.flatten_all().unwrap().to_vec1().unwrap()
        };
        let (plain, turned) = (numbers(false), numbers(true));
        assert_eq!(turned[..3], plain[3..6]);
        assert_eq!(turned[9..], plain[6..9]);
    }

    #[test]
    fn the_coin_is_fair_and_remembers() {
        let heads = (0..10_000).filter(|&i| coin(1, 0, i)).count();
        assert!((4800..5200).contains(&heads), "{heads}");
        let same = (0..10_000).filter(|&i| coin(1, 0, i) == coin(1, 1, i));
        assert!((4800..5200).contains(&same.count()));
        assert_eq!(coin(5, 3, 9), coin(5, 3, 9));
    }
}
