//! The window's second hour: two runs, two models, after Stop.
