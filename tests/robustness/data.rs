//! Sources of pictures as people have them.
