//! Runs that move, stop, fill the disk, or are tampered with.
