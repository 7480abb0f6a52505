// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Matrix products over slices, with every bound checked before the kernel runs.

use gemm::Parallelism;

/// A matrix that borrows its numbers: `rows × cols`, with steps between rows and columns.
#[derive(Clone, Copy)]
pub(crate) struct Mat<'a> {
    data: &'a [f32],
    rows: usize,
    cols: usize,
    row_step: usize,
    col_step: usize,
}

impl<'a> Mat<'a> {
    /// All of `data` as a row-major matrix of `cols` columns.
    pub fn new(data: &'a [f32], cols: usize) -> Self {
        Self::strided(data, data.len() / cols, cols, cols)
    }

    /// `rows × cols` numbers, rows being `row_step` apart.
    pub fn strided(data: &'a [f32], rows: usize, cols: usize, row_step: usize) -> Self {
        let matrix = Self {
            data,
            rows,
            cols,
            row_step,
            col_step: 1,
        };
        // The kernel works on raw pointers: this check is what makes every call of it sound.
        assert!(
            fits(data.len(), rows, cols, row_step),
            "matrix reaches beyond its slice"
        );
        matrix
    }

    /// The transposed matrix; nothing is moved.
    pub fn t(self) -> Self {
        Self {
            rows: self.cols,
            cols: self.rows,
            row_step: self.col_step,
            col_step: self.row_step,
            ..self
        }
    }
}

/// A row-major matrix that is written to.
pub(crate) struct MatMut<'a> {
    data: &'a mut [f32],
    rows: usize,
    cols: usize,
    row_step: usize,
}

impl<'a> MatMut<'a> {
    /// All of `data` as a row-major matrix of `cols` columns.
    pub fn new(data: &'a mut [f32], cols: usize) -> Self {
        let rows = data.len() / cols;
        Self::strided(data, rows, cols, cols)
    }

    /// `rows × cols` numbers, rows being `row_step` apart.
    pub fn strided(data: &'a mut [f32], rows: usize, cols: usize, row_step: usize) -> Self {
        assert!(
            fits(data.len(), rows, cols, row_step),
            "matrix reaches beyond its slice"
        );
        Self {
            data,
            rows,
            cols,
            row_step,
        }
    }
}

fn fits(len: usize, rows: usize, cols: usize, row_step: usize) -> bool {
    rows == 0 || cols == 0 || (cols <= row_step && (rows - 1) * row_step + cols <= len)
}

/// Whether a product may be divided among the threads of the current rayon pool. The result is
/// the same either way: threads share out rows and columns, never a sum.
#[derive(Clone, Copy)]
pub(crate) enum Threads {
    One,
    Pool,
}

/// `dst = scale · lhs · rhs`, or `dst += scale · lhs · rhs` when `add`.
pub(crate) fn product(
    dst: MatMut<'_>,
    add: bool,
    scale: f32,
    lhs: Mat<'_>,
    rhs: Mat<'_>,
    threads: Threads,
) {
    assert!(
        lhs.cols == rhs.rows && dst.rows == lhs.rows && dst.cols == rhs.cols,
        "shapes {}x{} and {}x{} do not give {}x{}",
        lhs.rows,
        lhs.cols,
        rhs.rows,
        rhs.cols,
        dst.rows,
        dst.cols
    );
    let parallelism = match threads {
        Threads::One => Parallelism::None,
        Threads::Pool => Parallelism::Rayon(0),
    };
    // SAFETY: the constructors checked that every element lies inside its slice, the shapes agree,
    // and `dst` is borrowed mutably, so that it overlaps neither factor.
    unsafe {
        gemm::gemm(
            dst.rows,
            dst.cols,
            lhs.cols,
            dst.data.as_mut_ptr(),
            1,
            dst.row_step as isize,
            add,
            lhs.data.as_ptr(),
            lhs.col_step as isize,
            lhs.row_step as isize,
            rhs.data.as_ptr(),
            rhs.col_step as isize,
            rhs.row_step as isize,
            1.0,
            scale,
            false,
            false,
            false,
            parallelism,
        );
    }
}

/// `y = x Wᵀ + b` for `x [tokens, inputs]`, `weight [outputs, inputs]`, `bias [outputs]`.
pub(crate) fn linear(x: &[f32], weight: &[f32], bias: &[f32]) -> Vec<f32> {
    let (outputs, inputs) = (bias.len(), weight.len() / bias.len());
    let mut y: Vec<f32> = Vec::with_capacity(x.len() / inputs * outputs);
    for _ in 0..x.len() / inputs {
        y.extend_from_slice(bias);
    }
    let (x, weight) = (Mat::new(x, inputs), Mat::new(weight, inputs));
    product(
        MatMut::new(&mut y, outputs),
        true,
        1.0,
        x,
        weight.t(),
        Threads::Pool,
    );
    y
}

/// `x · m` as a new row-major matrix.
pub(crate) fn times(x: Mat<'_>, m: Mat<'_>) -> Vec<f32> {
    let mut y = vec![0.0; x.rows * m.cols];
    product(MatMut::new(&mut y, m.cols), false, 1.0, x, m, Threads::Pool);
    y
}

/// Divides `data` into consecutive parts of the given lengths.
pub(crate) fn split<T>(mut data: &mut [T], lengths: impl Iterator<Item = usize>) -> Vec<&mut [T]> {
    lengths
        .map(|length| {
            let (part, rest) = std::mem::take(&mut data).split_at_mut(length);
            data = rest;
            part
        })
        .collect()
}

/// The dot product in double precision, added up in order.
pub(crate) fn dot(a: &[f32], b: &[f32]) -> f64 {
    a.iter()
        .zip(b)
        .map(|(a, b)| f64::from(*a) * f64::from(*b))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_product_of_strided_and_transposed_matrices_is_right() {
        let a = [1.0, 2.0, 9.0, 3.0, 4.0, 9.0]; // 2x2 in rows of 3
        let b = [5.0, 6.0, 7.0, 8.0, 1.0, 2.0]; // 3x2, transposed: 2x3
        let y = times(Mat::strided(&a, 2, 2, 3), Mat::new(&b, 2).t());
        assert_eq!(y, [17.0, 23.0, 5.0, 39.0, 53.0, 11.0]);
    }

    #[test]
    fn a_product_adds_to_what_is_there() {
        let mut y = [10.0];
        let (a, b) = ([2.0, 3.0], [4.0, 5.0]);
        let (lhs, rhs) = (Mat::new(&a, 2), Mat::new(&b, 1));
        product(MatMut::new(&mut y, 1), true, 2.0, lhs, rhs, Threads::One);
        assert_eq!(y, [56.0]);
    }

    #[test]
    #[should_panic(expected = "beyond its slice")]
    fn a_matrix_cannot_reach_beyond_its_slice() {
        Mat::strided(&[0.0; 5], 2, 3, 3);
    }

    #[test]
    fn splitting_keeps_order_and_lengths() {
        let mut data = [1, 2, 3, 4];
        let parts = split(&mut data, [1, 3].into_iter());
        assert_eq!(parts, [&[1][..], &[2, 3, 4][..]]);
    }
}
