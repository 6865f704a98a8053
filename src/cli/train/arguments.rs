//! What `train` takes on the command line.

use std::path::PathBuf;

use clap::Args;

use super::given::NamedArguments;
use crate::config::{Preset, TrainConfig};

const EXAMPLES: &str = "Examples:
  morphogan train --data photos --size 64 --steps 20000 --run faces
  morphogan train --data photos --preset small-data --guard rollback
  morphogan train --from checkpoint.pth --data photos --run faces
  morphogan train --resume faces --steps 40000
  morphogan train --fork faces@best --lr-d 1e-4 --at 25000:lr_g=1e-4
  morphogan train --fork faces@best --preset stable";

/// Heading of what a run begins with.
const BEGINNING: &str = "Beginning";

/// Settings of the run and of what it prints.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// Which of them were given
    #[command(flatten)]
    pub given: NamedArguments,
    /// The run
    #[command(flatten)]
    pub config: TrainConfig,
    /// Begin from settings that go well together; what else is named here counts more
    #[arg(long, value_enum, conflicts_with = "resume", help_heading = BEGINNING)]
    pub preset: Option<Preset>,
    /// Go on with this run from its last checkpoint; --steps may be changed, and --data where its pictures were moved
    #[arg(long, value_name = "RUN", conflicts_with = "fork", help_heading = BEGINNING)]
    pub resume: Option<PathBuf>,
    /// Start a new run from a checkpoint of this one, with its settings and those named here
    #[arg(long, value_name = "RUN[@STEP|@best]", help_heading = BEGINNING)]
    pub fork: Option<PathBuf>,
    /// Start a new run from the networks of a model: one of this program, or what PyTorch saved (.pth, .pt); its sizes and
    /// widths are the model's
    #[arg(long, value_name = "FILE", conflicts_with_all = ["resume", "fork"], help_heading = BEGINNING)]
    pub from: Option<PathBuf>,
    /// Print one JSON object a line on standard output, and nothing else
    #[arg(long, help_heading = "Output")]
    pub json: bool,
}
