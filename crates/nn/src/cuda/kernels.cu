// The fused layers between the convolutions, in f32. Compiled by NVRTC at the first use.
//
// - Every kernel takes its arguments in this order: pointers, counts, numbers. Pointers: inputs, then outputs.
// - Features are channels-last, so that they are a matrix [rows, c] whatever they are called.
// - Sums are taken in an order that depends on the shape only (no atomics): the same input gives the same bits.
// - Counts are below 2^31, so that an index plus a stride never wraps.

#define LANES 32 // channels side by side in a block: neighbours in memory
#define DEPTH 8  // rows at a time in a block

// Left of zero a slope: 0 is ReLU, 1 is no activation. Not a number stays what it is.
__device__ float activate(float x, float slope) { return x > 0.0f ? x : slope * x; }

// The same expression forward and backward: both must find the same sign.
__device__ float normalise(float x, float mean, float scale, float shift) { return fmaf(x - mean, scale, shift); }

__device__ unsigned first() { return blockIdx.x * blockDim.x + threadIdx.x; }
__device__ unsigned stride() { return gridDim.x * blockDim.x; }

extern "C" __global__ void act_forward(const float *x, float *y, unsigned n, float slope) {
    for (unsigned i = first(); i < n; i += stride()) y[i] = activate(x[i], slope);
}

extern "C" __global__ void act_backward(const float *y, const float *grad, float *of_x, unsigned n, float slope) {
    for (unsigned i = first(); i < n; i += stride()) of_x[i] = y[i] > 0.0f ? grad[i] : slope * grad[i];
}

extern "C" __global__ void tanh_forward(const float *x, float *y, unsigned n) {
    for (unsigned i = first(); i < n; i += stride()) y[i] = tanhf(x[i]);
}

extern "C" __global__ void tanh_backward(const float *y, const float *grad, float *of_x, unsigned n) {
    for (unsigned i = first(); i < n; i += stride()) of_x[i] = grad[i] * (1.0f - y[i] * y[i]);
}

// Count, mean and sum of squared distances from the mean.
struct Moments {
    float n, mean, m2;
};

// Chan, Golub and LeVeque 1979; right for empty parts too.
__device__ Moments merge(Moments a, Moments b) {
    Moments both;
    both.n = a.n + b.n;
    if (both.n == 0.0f) return a;
    float share = b.n / both.n;
    float apart = b.mean - a.mean;
    both.mean = a.mean + apart * share;
    both.m2 = a.m2 + b.m2 + apart * apart * a.n * share;
    return both;
}

// Over the rows of a block, in order. All threads of the block must call it; the first row has the result.
__device__ Moments merge_block(Moments own) {
    __shared__ Moments all[DEPTH][LANES];
    all[threadIdx.y][threadIdx.x] = own;
    __syncthreads();
    if (threadIdx.y == 0)
        for (unsigned k = 1; k < DEPTH; k++) own = merge(own, all[k][threadIdx.x]);
    return own;
}

// x [rows, c] -> mean and m2 [chunks, c]; block (channels / LANES, chunk).
extern "C" __global__ void norm_chunks(const float *x, float *means, float *m2s, unsigned rows, unsigned c,
                                       unsigned chunk_rows) {
    unsigned channel = blockIdx.x * LANES + threadIdx.x;
    unsigned begin = blockIdx.y * chunk_rows + threadIdx.y;
    unsigned end = min(blockIdx.y * chunk_rows + chunk_rows, rows);
    Moments own = {0.0f, 0.0f, 0.0f};
    if (channel < c && begin < end) {
        // Distances from one of the numbers: the squares cannot swamp what they differ by.
        float pivot = x[begin * c + channel];
        float sum = 0.0f, squares = 0.0f;
        for (unsigned row = begin; row < end; row += DEPTH) {
            float apart = x[row * c + channel] - pivot;
            sum += apart;
            squares += apart * apart;
            own.n += 1.0f;
        }
        float mean = sum / own.n;
        own.mean = pivot + mean;
        own.m2 = squares - sum * mean;
    }
    own = merge_block(own);
    if (threadIdx.y == 0 && channel < c) {
        means[blockIdx.y * c + channel] = own.mean;
        m2s[blockIdx.y * c + channel] = own.m2;
    }
}

// The chunks' moments [chunks, c] and the running statistics [c] -> moments of the batch and what the running ones
// become, each [c].
extern "C" __global__ void norm_moments(const float *means, const float *m2s, const float *old_mean,
                                        const float *old_variance, float *mean, float *inv_std, float *new_mean,
                                        float *new_variance, unsigned rows, unsigned c, unsigned chunk_rows,
                                        unsigned chunks, float epsilon, float momentum) {
    unsigned channel = blockIdx.x * LANES + threadIdx.x;
    Moments own = {0.0f, 0.0f, 0.0f};
    if (channel < c) {
        for (unsigned k = threadIdx.y; k < chunks; k += DEPTH) {
            Moments part;
            part.n = (float)min(chunk_rows, rows - k * chunk_rows);
            part.mean = means[k * c + channel];
            part.m2 = m2s[k * c + channel];
            own = merge(own, part);
        }
    }
    own = merge_block(own);
    if (threadIdx.y == 0 && channel < c) {
        float keep = 1.0f - momentum;
        mean[channel] = own.mean;
        inv_std[channel] = 1.0f / sqrtf(own.m2 / own.n + epsilon);
        new_mean[channel] = old_mean[channel] * keep + own.mean * momentum;
        // PyTorch remembers the unbiased variance.
        new_variance[channel] = old_variance[channel] * keep + own.m2 / fmaxf(own.n - 1.0f, 1.0f) * momentum;
    }
}

extern "C" __global__ void norm_forward(const float *x, const float *mean, const float *inv_std, const float *gain,
                                        const float *shift, float *y, unsigned n, unsigned c, float slope) {
    for (unsigned i = first(); i < n; i += stride()) {
        unsigned k = i % c;
        y[i] = activate(normalise(x[i], mean[k], gain[k] * inv_std[k], shift[k]), slope);
    }
}

extern "C" __global__ void norm_infer(const float *x, const float *mean, const float *variance, const float *gain,
                                      const float *shift, float *y, unsigned n, unsigned c, float slope,
                                      float epsilon) {
    for (unsigned i = first(); i < n; i += stride()) {
        unsigned k = i % c;
        float inv_std = 1.0f / sqrtf(variance[k] + epsilon);
        y[i] = activate(normalise(x[i], mean[k], gain[k] * inv_std, shift[k]), slope);
    }
}

// The gradient before the activation.
__device__ float behind(float x, float grad, float mean, float scale, float shift, float slope) {
    return normalise(x, mean, scale, shift) > 0.0f ? grad : slope * grad;
}

// Sums over the rows of a block, in order; the first row has the result.
__device__ float2 sum_block(float2 own) {
    __shared__ float2 all[DEPTH][LANES];
    all[threadIdx.y][threadIdx.x] = own;
    __syncthreads();
    if (threadIdx.y == 0)
        for (unsigned k = 1; k < DEPTH; k++) {
            own.x += all[k][threadIdx.x].x;
            own.y += all[k][threadIdx.x].y;
        }
    return own;
}

// x, grad [rows, c] -> each chunk's part [chunks, c] of the gradients of gain and shift.
extern "C" __global__ void norm_backward_chunks(const float *x, const float *grad, const float *mean,
                                                const float *inv_std, const float *gain, const float *shift,
                                                float *of_gains, float *of_shifts, unsigned rows, unsigned c,
                                                unsigned chunk_rows, float slope) {
    unsigned channel = blockIdx.x * LANES + threadIdx.x;
    unsigned begin = blockIdx.y * chunk_rows + threadIdx.y;
    unsigned end = min(blockIdx.y * chunk_rows + chunk_rows, rows);
    float2 own = make_float2(0.0f, 0.0f);
    if (channel < c) {
        float centre = mean[channel], spread = inv_std[channel];
        float scale = gain[channel] * spread, lift = shift[channel];
        for (unsigned row = begin; row < end; row += DEPTH) {
            unsigned i = row * c + channel;
            float g = behind(x[i], grad[i], centre, scale, lift, slope);
            own.x += g * ((x[i] - centre) * spread);
            own.y += g;
        }
    }
    own = sum_block(own);
    if (threadIdx.y == 0 && channel < c) {
        of_gains[blockIdx.y * c + channel] = own.x;
        of_shifts[blockIdx.y * c + channel] = own.y;
    }
}

// [chunks, c] -> [c], both.
extern "C" __global__ void norm_backward_sums(const float *of_gains, const float *of_shifts, float *of_gain,
                                              float *of_shift, unsigned c, unsigned chunks) {
    unsigned channel = blockIdx.x * LANES + threadIdx.x;
    float2 own = make_float2(0.0f, 0.0f);
    if (channel < c)
        for (unsigned k = threadIdx.y; k < chunks; k += DEPTH) {
            own.x += of_gains[k * c + channel];
            own.y += of_shifts[k * c + channel];
        }
    own = sum_block(own);
    if (threadIdx.y == 0 && channel < c) {
        of_gain[channel] = own.x;
        of_shift[channel] = own.y;
    }
}

// The gradient of x: that behind the activation without what moves mean and variance.
extern "C" __global__ void norm_backward(const float *x, const float *grad, const float *mean, const float *inv_std,
                                         const float *gain, const float *shift, const float *of_gain,
                                         const float *of_shift, float *of_x, unsigned n, unsigned c, float slope,
                                         float one_over_rows) {
    for (unsigned i = first(); i < n; i += stride()) {
        unsigned k = i % c;
        float scale = gain[k] * inv_std[k];
        float hat = (x[i] - mean[k]) * inv_std[k];
        float g = behind(x[i], grad[i], mean[k], scale, shift[k], slope);
        of_x[i] = scale * (g - (of_shift[k] + hat * of_gain[k]) * one_over_rows);
    }
}

extern "C" __global__ void adam(const float *p, const float *grad, const float *m, const float *v, float *new_p,
                                float *new_m, float *new_v, unsigned n, float rate, float beta1, float rest1,
                                float beta2, float rest2, float one_over_root, float epsilon) {
    for (unsigned i = first(); i < n; i += stride()) {
        float g = grad[i];
        float first_moment = beta1 * m[i] + rest1 * g;
        float second_moment = beta2 * v[i] + rest2 * g * g;
        new_m[i] = first_moment;
        new_v[i] = second_moment;
        new_p[i] = p[i] - rate * first_moment / (sqrtf(second_moment) * one_over_root + epsilon);
    }
}
