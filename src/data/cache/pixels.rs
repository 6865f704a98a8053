//! Prepared pictures in a file: a place for each picture of a source, filled in any order from any
//! thread, read by position. Serves as a memory map would, without `unsafe`: what is read often
//! stays in the system's page cache, and none of it counts as the program's memory.
//!
//! A header, the pixels picture after picture, then a table: whether a picture is there, its first
//! size, its checksum. Header and table are written last.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::super::positioned;
use super::room::{BUILDING, MOST_BYTES, PIXELS, make_room, touch};

const MAGIC: [u8; 8] = *b"MORPHPX1";
const HEADER: usize = 64;
const ENTRY: usize = 16;

/// What the file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Of everything that the pixels follow from.
    pub key: u128,
    pub stride: usize,
    /// Pictures of the source, those that cannot be used included.
    pub count: usize,
}

impl Shape {
    /// Where the table begins; `None` beyond all measure.
    fn table_start(&self) -> Option<u64> {
        let pixels = (self.count as u64).checked_mul(self.stride as u64)?;
        pixels.checked_add(HEADER as u64)
    }

    fn total(&self) -> Option<u64> {
        let table = (self.count as u64).checked_mul(ENTRY as u64)?;
        self.table_start()?.checked_add(table)
    }
}

/// A picture in the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Slot {
    ready: bool,
    crc: u32,
    /// Pixels across and down before it was prepared.
    pub found: (u32, u32),
}

/// Prepared pictures in a file. Dropping it keeps what is there for the next time.
#[derive(Debug)]
pub struct PixelFile {
    file: File,
    shape: Shape,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    table: Vec<Slot>,
    /// Every picture had its turn, those that cannot be used as well.
    complete: bool,
    dirty: bool,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    Finished,
    /// Being made under another name, until it is renamed to this.
    Building(tempfile::TempPath, PathBuf),
}

impl PixelFile {
    /// The file for `shape` in `folder`: the one that is there, else a new one. A damaged one is
    /// thrown away. `None` where there can be none: then pictures are kept in memory.
    pub fn open(folder: &Path, shape: Shape) -> Option<Self> {
        let path = folder.join(format!("{:032x}{PIXELS}", shape.key));
        let table = File::options().read(true).write(true).open(&path).ok();
        let found = table.and_then(|file| {
            let loaded = load(&file, &shape);
            if loaded.is_none() {
                // Damaged: what cannot be removed is renamed over.
                let _ = std::fs::remove_file(&path);
            }
            loaded.map(|(table, complete)| (file, table, complete))
        });
        let (file, table, complete, stage) = match found {
            Some((file, table, true)) => (file, table, true, Stage::Finished),
            // Taken by renaming, so that two programs never fill the same file.
            Some((file, table, false)) => {
                let temporary = new_name(folder)?;
                std::fs::rename(&path, &temporary).ok()?;
                (file, table, false, Stage::Building(temporary, path))
            }
            None => {
                std::fs::create_dir_all(folder).ok()?;
                if !make_room(folder, shape.total()?, MOST_BYTES) {
                    return None;
                }
                let temporary = new_name(folder)?;
                let mut options = File::options();
                let file = options.read(true).write(true).open(&temporary).ok()?;
                let table = vec![Slot::default(); shape.count];
                (file, table, false, Stage::Building(temporary, path))
            }
        };
        touch(&file);
        // One that was taken must go back, also when nothing is added to it.
        let taken = table.iter().any(|slot| slot.ready) && !complete;
        let state = State {
            table,
            complete,
            dirty: taken,
            stage,
        };
        Some(Self {
            file,
            shape,
            state: Mutex::new(state),
        })
    }

    /// As [`PixelFile::open`], but only where a file is there already.
    pub fn reopen(folder: &Path, shape: Shape) -> Option<Self> {
        let path = folder.join(format!("{:032x}{PIXELS}", shape.key));
        path.is_file().then(|| Self::open(folder, shape))?
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Each change of the state is a single step: a panic elsewhere leaves it whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Pictures that are there.
    #[cfg(test)]
    pub fn ready(&self) -> usize {
        self.state().table.iter().filter(|slot| slot.ready).count()
    }

    /// Reads picture `index` without a look at its checksum.
    ///
    /// # Errors
    /// The file system's, and where `bytes` is no picture long.
    pub fn read(&self, index: usize, bytes: &mut [u8]) -> io::Result<()> {
        let place = self.place(index, bytes.len())?;
        positioned::read(&self.file, bytes, place)
    }

    /// Reads picture `index` where it is there and undamaged.
    pub fn read_checked(&self, index: usize, bytes: &mut [u8]) -> Option<Slot> {
        let slot = self.state().table.get(index).copied();
        let slot = slot.filter(|slot| slot.ready)?;
        self.read(index, bytes).ok()?;
        (crc32fast::hash(bytes) == slot.crc).then_some(slot)
    }

    /// Puts picture `index` in its place; `found` were its pixels across and down.
    ///
    /// # Errors
    /// The file system's, and where `bytes` is no picture long.
    pub fn put(&self, index: usize, bytes: &[u8], found: (u32, u32)) -> io::Result<()> {
        let place = self.place(index, bytes.len())?;
        positioned::write(&self.file, bytes, place)?;
        let mut state = self.state();
        if let Some(slot) = state.table.get_mut(index) {
            *slot = Slot {
                ready: true,
                crc: crc32fast::hash(bytes),
                found,
            };
        }
        state.dirty = true;
        Ok(())
    }

    fn place(&self, index: usize, len: usize) -> io::Result<u64> {
        if index >= self.shape.count || len != self.shape.stride {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        Ok(HEADER as u64 + index as u64 * self.shape.stride as u64)
    }

    /// Every picture had its turn: the file gets its name.
    ///
    /// # Errors
    /// The file system's; the pictures can still be read.
    pub fn finish(&self) -> io::Result<()> {
        let mut state = self.state();
        if state.complete && !state.dirty {
            return Ok(());
        }
        state.complete = true;
        self.publish(&mut state)
    }

    fn publish(&self, state: &mut State) -> io::Result<()> {
        let table = encode(&state.table);
        let header = header(&self.shape, &table, state.complete);
        let place = self.shape.table_start();
        let place = place.ok_or(io::ErrorKind::InvalidInput)?;
        positioned::write(&self.file, &table, place)?;
        positioned::write(&self.file, &header, 0)?;
        // Not synced to the disk: what a power cut spoils, the checksums find.
        state.dirty = false;
        match std::mem::replace(&mut state.stage, Stage::Finished) {
            Stage::Building(temporary, path) => {
                temporary.persist(path).map_err(|error| error.error)
            }
            Stage::Finished => Ok(()),
        }
    }
}

impl Drop for PixelFile {
    fn drop(&mut self) {
        let mut state = self.state();
        // What was prepared until now is there the next time; if that fails, it is made again.
        if state.dirty {
            let _ = self.publish(&mut state);
        }
    }
}

fn new_name(folder: &Path) -> Option<tempfile::TempPath> {
    let mut builder = tempfile::Builder::new();
    let file = builder.prefix(BUILDING).suffix(".tmp").tempfile_in(folder);
    Some(file.ok()?.into_temp_path())
}

fn encode(table: &[Slot]) -> Vec<u8> {
    let entry = |slot: &Slot| {
        let (across, down) = slot.found;
        [u32::from(slot.ready), slot.crc, across, down]
    };
    let numbers = table.iter().flat_map(entry);
    numbers.flat_map(u32::to_le_bytes).collect()
}

fn header(shape: &Shape, table: &[u8], complete: bool) -> Vec<u8> {
    let mut header = MAGIC.to_vec();
    header.extend(shape.key.to_le_bytes());
    header.extend((shape.stride as u64).to_le_bytes());
    header.extend((shape.count as u64).to_le_bytes());
    header.extend(u64::from(complete).to_le_bytes());
    header.extend(crc32fast::hash(table).to_le_bytes());
    header.resize(HEADER - 4, 0);
    let crc = crc32fast::hash(&header);
    header.extend(crc.to_le_bytes());
    header
}

/// The table, and whether the file is complete; `None` where it is not what it should be.
fn load(file: &File, shape: &Shape) -> Option<(Vec<Slot>, bool)> {
    // The length is checked first, so that no table larger than the file is asked for.
    if file.metadata().ok()?.len() != shape.total()? {
        return None;
    }
    let mut bytes = vec![0; shape.count.checked_mul(ENTRY)?];
    positioned::read(file, &mut bytes, shape.table_start()?).ok()?;
    let mut found = [0; HEADER];
    positioned::read(file, &mut found, 0).ok()?;
    let complete = [true, false]
        .into_iter()
        .find(|&complete| header(shape, &bytes, complete) == found)?;
    let numbers: Vec<u32> = bytes
        .chunks_exact(4)
        .map(|four| four.try_into().map(u32::from_le_bytes).unwrap_or_default())
        .collect();
    let slot = |four: &[u32]| match *four {
        [ready, crc, across, down] => Slot {
            ready: ready == 1,
            crc,
            found: (across, down),
        },
        _ => Slot::default(),
    };
    Some((numbers.chunks_exact(4).map(slot).collect(), complete))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPE: Shape = Shape {
        key: 7,
        stride: 12,
        count: 3,
    };

    fn files(folder: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(folder).unwrap();
        let names = entries.map(|e| e.unwrap().file_name().into_string().unwrap());
        names.collect()
    }

    #[test]
    fn pictures_are_there_the_next_time() {
        let folder = tempfile::tempdir().unwrap();
        let file = PixelFile::open(folder.path(), SHAPE).unwrap();
        file.put(2, &[5; 12], (30, 40)).unwrap();
        let mut bytes = [0; 12];
        assert!(file.read_checked(0, &mut bytes).is_none());
        assert!(file.put(3, &[5; 12], (1, 1)).is_err());
        drop(file);
        // Half done: taken up again, and under a name of its own meanwhile.
        let file = PixelFile::open(folder.path(), SHAPE).unwrap();
        assert!(files(folder.path())[0].starts_with(BUILDING));
        assert_eq!(file.read_checked(2, &mut bytes).unwrap().found, (30, 40));
        file.put(0, &[6; 12], (3, 4)).unwrap();
        file.finish().unwrap();
        drop(file);
        assert_eq!(files(folder.path()), [format!("{:032x}.pixels", 7)]);
        let file = PixelFile::open(folder.path(), SHAPE).unwrap();
        file.read_checked(0, &mut bytes).unwrap();
        assert_eq!((bytes, file.ready()), ([6; 12], 2));
    }

    #[test]
    fn a_damaged_file_is_made_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(format!("{:032x}.pixels", 7));
        let make = || {
            let file = PixelFile::open(folder.path(), SHAPE).unwrap();
            for index in 0..3 {
                file.put(index, &[9; 12], (1, 1)).unwrap();
            }
            file.finish().unwrap();
        };
        for place in 0..std::fs::metadata({
            make();
            &path
        })
        .unwrap()
        .len()
        {
            let mut bytes = std::fs::read(&path).unwrap();
            bytes[place as usize] ^= 0x40;
            std::fs::write(&path, bytes).unwrap();
            let file = PixelFile::open(folder.path(), SHAPE).unwrap();
            let good = (0..3).filter(|&i| file.read_checked(i, &mut [0; 12]).is_some());
            let in_pixels = (HEADER as u64..HEADER as u64 + 36).contains(&place);
            assert_eq!(good.count(), if in_pixels { 2 } else { 0 }, "{place}");
            drop(file);
            let _ = std::fs::remove_file(&path);
            make();
        }
        // Cut short.
        let whole = std::fs::read(&path).unwrap();
        std::fs::write(&path, &whole[..whole.len() - 1]).unwrap();
        assert_eq!(PixelFile::open(folder.path(), SHAPE).unwrap().ready(), 0);
    }
}
