//! The shapes of a DCGAN's convolutions.

use super::Result;

/// How the wide and the deep side lie over each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Geometry {
    /// Kernel 4, stride 2, padding 1: 2h×2w on the wide side, h×w on the deep side.
    Stride2,
    /// Kernel 4, stride 1, no padding: 4×4 on the wide side, 1×1 on the deep side.
    Stride1,
}

impl Geometry {
    /// Stride of the convolution.
    pub fn stride(self) -> usize {
        match self {
            Self::Stride2 => 2,
            Self::Stride1 => 1,
        }
    }

    /// Zero padding of the convolution on each edge.
    pub fn padding(self) -> usize {
        match self {
            Self::Stride2 => 1,
            Self::Stride1 => 0,
        }
    }

    /// Height and width of the deep side of a wide one.
    fn deep_side(self, height: usize, width: usize) -> Result<(usize, usize)> {
        match self {
            Self::Stride2 if height.is_multiple_of(2) && width.is_multiple_of(2) => {
                Ok((height / 2, width / 2))
            }
            Self::Stride1 if (height, width) == (4, 4) => Ok((1, 1)),
            _ => candle_core::bail!("{height}×{width} features do not fit {self:?}"),
        }
    }
}

/// Sizes of a tensor.
type Shape4 = (usize, usize, usize, usize);

/// The shape of a convolution: x[batch, wide height, wide width, ci], y[batch, h, w, co], weights [co, 4, 4, ci].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ConvShape {
    pub geometry: Geometry,
    pub batch: usize,
    /// Height on the deep side (1 for `Stride1`).
    pub h: usize,
    /// Width on the deep side (1 for `Stride1`).
    pub w: usize,
    pub ci: usize,
    pub co: usize,
}

impl ConvShape {
    /// Of a convolution of `wide` [b, 2h, 2w, ci] with `weight` [co, 4, 4, ci], checked: the kernels trust it.
    pub fn of_down(geometry: Geometry, wide: Shape4, weight: Shape4) -> Result<Self> {
        let (batch, height, width, ci) = wide;
        let (h, w) = geometry.deep_side(height, width)?;
        Self::checked(geometry, (batch, h, w), weight, ci)
    }

    /// Of a transposed convolution of `deep` [b, h, w, co] with `weight` [co, 4, 4, ci].
    pub fn of_up(geometry: Geometry, deep: Shape4, weight: Shape4) -> Result<Self> {
        let (batch, h, w, channels) = deep;
        let (co, _, _, ci) = weight;
        if channels != co {
            candle_core::bail!("{channels} channels meet a weight for {co}");
        }
        Self::checked(geometry, (batch, h, w), weight, ci)
    }

    /// Of what lies between `wide` [b, 2h, 2w, ci] and `deep` [b, h, w, co].
    pub fn of_weight_grad(geometry: Geometry, wide: Shape4, deep: Shape4) -> Result<Self> {
        let (batch, h, w, co) = deep;
        let (pictures, height, width, ci) = wide;
        let shape = Self::checked(geometry, (batch, h, w), (co, 4, 4, ci), ci)?;
        if shape.wide() != (height, width) || pictures != batch {
            candle_core::bail!("{wide:?} and {deep:?} are no pair of sides");
        }
        Ok(shape)
    }

    fn checked(
        geometry: Geometry,
        (batch, h, w): (usize, usize, usize),
        weight: Shape4,
        ci: usize,
    ) -> Result<Self> {
        let (co, high, across, wide) = weight;
        if (high, across, wide) != (4, 4, ci) {
            candle_core::bail!("{ci} channels meet a weight of shape {weight:?}");
        }
        if geometry == Geometry::Stride1 && (h, w) != (1, 1) {
            candle_core::bail!("{h}×{w} features where one place was expected");
        }
        Ok(Self {
            geometry,
            batch,
            h,
            w,
            ci,
            co,
        })
    }

    /// Height and width on the wide side.
    pub fn wide(&self) -> (usize, usize) {
        match self.geometry {
            Geometry::Stride2 => (2 * self.h, 2 * self.w),
            Geometry::Stride1 => (4, 4),
        }
    }

    pub fn x_len(&self) -> usize {
        let (h, w) = self.wide();
        self.batch * h * w * self.ci
    }

    pub fn y_len(&self) -> usize {
        self.batch * self.h * self.w * self.co
    }

    pub fn w_len(&self) -> usize {
        self.co * self.patch()
    }

    /// Floats of x under one pixel of y.
    pub fn patch(&self) -> usize {
        16 * self.ci
    }

    pub fn check(&self, x: &[f32], y: &[f32], w: &[f32]) {
        assert_eq!(x.len(), self.x_len(), "x of {self:?}");
        assert_eq!(y.len(), self.y_len(), "y of {self:?}");
        assert_eq!(w.len(), self.w_len(), "weights of {self:?}");
        if self.geometry == Geometry::Stride1 {
            assert_eq!((self.h, self.w), (1, 1), "deep side of {self:?}");
        }
    }

    pub fn is_empty(&self) -> bool {
        self.x_len() == 0 || self.y_len() == 0
    }
}
