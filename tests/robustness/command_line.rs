//! Output, special files, streams, limits: what the command line must survive.
