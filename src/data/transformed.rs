//! A source, how its pictures are prepared, and the file where they are kept.

use std::path::Path;
use std::sync::Arc;

use super::cache::{self, Key, PixelFile, Shape};
use super::dataset::{Dataset, LoadedPicture};
use super::duplicates::DifferenceHash;
use super::{Source, SourceError, Transform, transform};
use crate::config::TrainConfig;
use crate::picture::Picture;

/// Changes when a picture would be prepared otherwise than before.
const VERSION: u64 = 2;

/// The pictures of a source as the network sees them. Shared by the threads that prepare them.
pub struct TransformedSource {
    source: Arc<dyn Source>,
    how: Transform,
    channels: usize,
    dedupe: bool,
    file: Option<Arc<PixelFile>>,
}

impl TransformedSource {
    /// The pictures of `source` as `config` says, kept in the user's cache folder.
    pub fn new(source: Box<dyn Source>, config: &TrainConfig) -> Self {
        Self::new_in(cache::folder().as_deref(), source, config)
    }

    /// As [`TransformedSource::new`] for a look at a few pictures: what is kept is used, but no new file is
    /// begun, since that has room for all.
    pub fn peek(source: Box<dyn Source>, config: &TrainConfig) -> Self {
        Self::build(
            cache::folder().as_deref(),
            PixelFile::reopen,
            source,
            config,
        )
    }

    /// As [`TransformedSource::new`], kept in `folder`, or in memory without one.
    pub fn new_in(folder: Option<&Path>, source: Box<dyn Source>, config: &TrainConfig) -> Self {
        Self::build(folder, PixelFile::open, source, config)
    }

    fn build(
        folder: Option<&Path>,
        open: fn(&Path, Shape) -> Option<PixelFile>,
        source: Box<dyn Source>,
        config: &TrainConfig,
    ) -> Self {
        let how = Transform::new(config.size, &config.prepare);
        let channels = config.channels;
        let file = folder
            .zip(source.fingerprint())
            .and_then(|(folder, fingerprint)| {
                let mut key = Key::new("prepared pictures");
                key.number(VERSION)
                    .bytes(&fingerprint.to_le_bytes())
                    .number(how.size as u64)
                    .number(channels as u64)
                    .bytes(how.crop.to_string().as_bytes())
                    .bytes(&how.background);
                let shape = Shape {
                    key: key.finish(),
                    stride: how.size * how.size * channels,
                    count: source.len(),
                };
                open(folder, shape)
            });
        Self {
            source: source.into(),
            how,
            channels,
            dedupe: config.prepare.dedupe,
            file: file.map(Arc::new),
        }
    }

    /// The same without its file, which somebody else may want meanwhile.
    pub fn without_file(&self) -> Self {
        Self {
            source: Arc::clone(&self.source),
            how: self.how.clone(),
            file: None,
            ..*self
        }
    }

    /// Pictures `indices` as the network sees them, those that cannot be read left out.
    pub fn pictures(&self, indices: impl Iterator<Item = usize>) -> Vec<Picture> {
        let mut data = self.dataset();
        for ready in indices.filter_map(|index| self.load(index).ok()) {
            data.take(ready);
        }
        let all = 0..data.len();
        all.filter_map(|index| data.picture(index)).collect()
    }

    /// Picture `index` before it is prepared, made smaller where a side is longer than `longest`,
    /// and its pixels across and down.
    ///
    /// # Errors
    /// Why it cannot be used.
    pub fn original(
        &self,
        index: usize,
        longest: u32,
    ) -> Result<(Picture, (u32, u32)), SourceError> {
        let picture = self.source.original(index)?;
        let found = (picture.width(), picture.height());
        let small = transform::reduced(&picture, self.how.background, longest);
        Ok((small, found))
    }

    /// Where the pictures come from.
    pub fn source(&self) -> &dyn Source {
        self.source.as_ref()
    }

    /// Pictures that were prepared before.
    #[cfg(test)]
    pub fn kept(&self) -> usize {
        self.file.as_ref().map_or(0, |file| file.ready())
    }

    /// An empty data set that can take these pictures in.
    pub fn dataset(&self) -> Dataset {
        Dataset::new(self.how.size, self.channels).with_file(self.file.clone())
    }

    /// Prepares picture `index`, unless it was before.
    ///
    /// # Errors
    /// Why it cannot be used; the others may be fine.
    pub fn load(&self, index: usize) -> Result<LoadedPicture, SourceError> {
        let mut bytes = vec![0; self.how.size * self.how.size * self.channels];
        let kept = self.file.as_ref();
        if let Some(slot) = kept.and_then(|file| file.read_checked(index, &mut bytes)) {
            return Ok(LoadedPicture {
                index,
                found: slot.found,
                look: self.look(&bytes),
                pixels: None,
                kept: true,
            });
        }
        let made = self.source.picture(index, &self.how)?;
        let bytes = super::dataset::in_channels(&made.picture, self.channels);
        // Where the disk is full the picture stays in memory.
        let put = |file: &Arc<PixelFile>| file.put(index, &bytes, made.found).is_ok();
        let is_kept = self.file.as_ref().is_some_and(put);
        Ok(LoadedPicture {
            index,
            found: made.found,
            look: self.look(&bytes),
            pixels: (!is_kept).then_some(bytes),
            kept: false,
        })
    }

    /// Prepares those of the pictures `chosen` of `data` again that the cache does not hold any more
    /// as they were; gives how many.
    ///
    /// # Errors
    /// Why one cannot be read from the source again.
    pub fn restore(&self, data: &mut Dataset, chosen: &[usize]) -> Result<usize, SourceError> {
        let lost = data.lost(chosen);
        for &(index, number) in &lost {
            data.put_back(index, self.load(number)?);
        }
        Ok(lost.len())
    }

    fn look(&self, bytes: &[u8]) -> Option<Box<DifferenceHash>> {
        let picture = || super::dataset::picture(bytes, self.how.size, self.channels);
        self.dedupe
            .then(|| Box::new(DifferenceHash::of(&picture())))
    }

    /// Every picture had its turn: what is prepared is there the next time, whatever happens now.
    pub fn finish(&self) {
        if let Some(file) = &self.file {
            // If it cannot be kept, it is prepared again.
            let _ = file.finish();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::StarterFaces;

    fn starter(folder: Option<&Path>, config: &TrainConfig) -> TransformedSource {
        let faces = StarterFaces::new(1, 5);
        TransformedSource::new_in(folder, Box::new(faces), config)
    }

    fn all(prepared: &TransformedSource) -> Vec<Vec<u8>> {
        let mut data = prepared.dataset();
        for index in [3, 0, 4, 1, 2] {
            data.take(prepared.load(index).unwrap());
        }
        prepared.finish();
        (0..5).map(|i| data.pixels(i).unwrap()).collect()
    }

    #[test]
    fn kept_pictures_are_the_same_to_the_byte_as_those_in_memory() {
        let folder = tempfile::tempdir().unwrap();
        for channels in [1, 3] {
            let config = TrainConfig {
                size: 32,
                channels,
                ..TrainConfig::default()
            };
            let in_memory = all(&starter(None, &config));
            let first = starter(Some(folder.path()), &config);
            assert_eq!((first.kept(), all(&first)), (0, in_memory.clone()));
            let second = starter(Some(folder.path()), &config);
            assert_eq!((second.kept(), all(&second)), (5, in_memory));
            assert!(second.load(2).unwrap().kept);
        }
    }

    #[test]
    fn pictures_that_the_cache_lost_are_prepared_again() {
        let folder = tempfile::tempdir().unwrap();
        let prepared = starter(Some(folder.path()), &TrainConfig::default());
        let mut data = prepared.dataset();
        for index in 0..5 {
            data.take(prepared.load(index).unwrap());
        }
        let before: Vec<_> = (0..5).map(|index| data.pixels(index)).collect();
        let file = std::fs::read_dir(folder.path()).unwrap().next().unwrap();
        let file = file.unwrap().path();
        let spoils: [fn(&mut Vec<u8>); 2] = [|bytes| bytes.fill(7), |bytes| bytes.truncate(100)];
        for spoil in spoils {
            let mut bytes = std::fs::read(&file).unwrap();
            spoil(&mut bytes);
            std::fs::write(&file, bytes).unwrap();
            assert_eq!(data.pixels(3), None);
            assert_eq!(prepared.restore(&mut data, &[0, 1, 2, 3, 4]).unwrap(), 5);
            assert_eq!(prepared.restore(&mut data, &[0, 1, 2, 3, 4]).unwrap(), 0);
            let after: Vec<_> = (0..5).map(|index| data.pixels(index)).collect();
            assert_eq!(after, before);
        }
    }

    #[test]
    fn another_crop_is_another_file() {
        let folder = tempfile::tempdir().unwrap();
        let mut config = TrainConfig::default();
        all(&starter(Some(folder.path()), &config));
        config.prepare.crop = crate::config::Crop::Top;
        assert_eq!(starter(Some(folder.path()), &config).kept(), 0);
    }
}
