//! The sets that directions are listed in.

use crate::latent::Method;
use crate::session::Origin;

/// A set of directions, in the order of the list: what was looked for stands above the model's own, where it is seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DirectionSet {
    Made,
    Labels,
    Jacobian,
    Pca,
    Sefa,
    Examples,
    Own,
}

impl DirectionSet {
    /// How many there are.
    pub const COUNT: usize = Self::Own as usize + 1;

    pub fn of(origin: Origin, method: &Method) -> Self {
        match (origin, method) {
            (Origin::Made, _) => Self::Made,
            (Origin::Own, _) => Self::Own,
            (Origin::Found, Method::Label { .. }) => Self::Labels,
            (Origin::Found, Method::Jacobian { .. }) => Self::Jacobian,
            (Origin::Found, Method::Pca { .. }) => Self::Pca,
            (Origin::Found, Method::Sefa { .. }) => Self::Sefa,
            (Origin::Found, Method::Examples { .. }) => Self::Examples,
        }
    }

    /// What it is called.
    pub fn title(self) -> &'static str {
        match self {
            Self::Made => "Your own",
            Self::Labels => "From labels",
            Self::Jacobian => "From the whole generator (Jacobian)",
            Self::Pca => "From faces (PCA)",
            Self::Sefa => "From weights (SeFa)",
            Self::Examples => "From examples",
            Self::Own => "The model's own",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_told_by_where_they_come_from() {
        let sefa = Method::Sefa { rank: 0 };
        let title = |origin, method| DirectionSet::of(origin, method).title();
        assert_eq!(title(Origin::Own, &sefa), "The model's own");
        assert_eq!(title(Origin::Found, &sefa), "From weights (SeFa)");
        let jacobian = Method::Jacobian {
            rank: 0,
            share: 0.5,
        };
        assert!(title(Origin::Found, &jacobian).contains("Jacobian"));
        assert!(DirectionSet::Labels < DirectionSet::Own);
    }
}
