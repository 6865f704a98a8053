//! How many pictures training needs, and what is said where there are fewer.

/// Fewer pictures than this teach nothing.
pub(super) const FEWEST: usize = 64;
/// Below this the network learns them by heart.
const FEW: usize = 1000;

/// Why so many `usable` pictures of so many files cannot be trained on; `None` where they can.
pub(super) fn too_few(usable: usize, files: usize) -> Option<String> {
    (usable < FEWEST).then(|| {
        format!(
            "{usable} usable pictures in {files} files; training needs at least {FEWEST}. Add more."
        )
    })
}

/// What comes of so few pictures that can be trained on; `None` where they are many.
pub(super) fn few(pictures: usize) -> Option<String> {
    (FEWEST..FEW).contains(&pictures).then(|| {
        format!(
            "There are only {pictures} pictures: the network will learn them by heart. Give it {FEW} or more."
        )
    })
}
