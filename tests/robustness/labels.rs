//! Tables of labels as people have them.
