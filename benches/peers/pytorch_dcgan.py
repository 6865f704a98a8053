#!/usr/bin/env python3
"""The same DCGAN training step, or batch-1 picture, in PyTorch's best configuration. Prints one JSON object.

On a GPU: channels-last, TF32, cudnn.benchmark, with --precision bf16 autocast, and with --graph the whole step as one
CUDA graph.
"""

import argparse
import json
import os
import resource
import statistics
import time

import torch
from torch import nn

LATENT = 100


def layers(size, width):
    """Channels on the wide and the deep side of each stride-2 layer, widest picture first."""
    pairs, ci, co, h = [], 3, width, size // 2
    while h >= 4:
        pairs.append((ci, co))
        ci, co, h = co, 2 * co, h // 2
    return pairs


def discriminator(size, width):
    modules = []
    pairs = layers(size, width)
    for i, (ci, co) in enumerate(pairs):
        modules.append(nn.Conv2d(ci, co, 4, 2, 1, bias=False))
        if i > 0:
            modules.append(nn.BatchNorm2d(co))
        modules.append(nn.LeakyReLU(0.2, inplace=True))
    modules.append(nn.Conv2d(pairs[-1][1], 1, 4, 1, 0, bias=False))
    return nn.Sequential(*modules)


def generator(size, width):
    pairs = layers(size, width)
    deepest = pairs[-1][1]
    modules = [nn.ConvTranspose2d(LATENT, deepest, 4, 1, 0, bias=False), nn.BatchNorm2d(deepest), nn.ReLU(True)]
    for i, (ci, co) in reversed(list(enumerate(pairs))):
        modules.append(nn.ConvTranspose2d(co, ci, 4, 2, 1, bias=False))
        modules += [nn.BatchNorm2d(ci), nn.ReLU(True)] if i > 0 else [nn.Tanh()]
    return nn.Sequential(*modules)


def start(network):
    for module in network.modules():
        if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
            nn.init.normal_(module.weight, 0.0, 0.02)
        elif isinstance(module, nn.BatchNorm2d):
            nn.init.normal_(module.weight, 1.0, 0.02)
    return network.to(memory_format=torch.channels_last)


def on_device(args):
    """Where to compute; `auto` takes CUDA before the CPU, as Morphogan does."""
    if args.device == "cuda" or (args.device == "auto" and torch.cuda.is_available()):
        torch.backends.cudnn.benchmark = True
        torch.backends.cudnn.allow_tf32 = True
        torch.backends.cuda.matmul.allow_tf32 = True
        return torch.device("cuda")
    return torch.device("cpu")


def peak_rss_mb():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def captured(step):
    """The step as a CUDA graph: its kernels are launched at once. Warmed up beside the main stream, as PyTorch asks."""
    beside = torch.cuda.Stream()
    beside.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(beside):
        for _ in range(11):
            step()
    torch.cuda.current_stream().wait_stream(beside)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        step()
    return graph.replay


def train(args):
    device = on_device(args)
    narrow = torch.autocast(device.type, dtype=torch.bfloat16, enabled=args.precision == "bf16")
    d = start(discriminator(args.size, args.width)).to(device)
    g = start(generator(args.size, args.width)).to(device)
    adam = {"lr": 2e-4, "betas": (0.5, 0.999), "fused": True, "capturable": args.graph}
    d_adam, g_adam = torch.optim.Adam(d.parameters(), **adam), torch.optim.Adam(g.parameters(), **adam)
    bce = nn.BCEWithLogitsLoss()
    ones, zeros = torch.ones(args.batch, device=device), torch.zeros(args.batch, device=device)
    real = (torch.rand(args.batch, 3, args.size, args.size) * 2 - 1).to(device, memory_format=torch.channels_last)

    def judge(pictures, verdicts):
        with narrow:
            logits = d(pictures).view(-1)
        return bce(logits.float(), verdicts)

    z = torch.empty(args.batch, LATENT, 1, 1, device=device)

    def step():
        d_adam.zero_grad(set_to_none=True)
        judge(real, ones).backward()
        with narrow:
            fake = g(z)
        judge(fake.detach(), zeros).backward()
        d_adam.step()
        g_adam.zero_grad(set_to_none=True)
        # No gradients of D's weights in G's step: nobody uses them.
        d.requires_grad_(False)
        judge(fake, ones).backward()
        d.requires_grad_(True)
        g_adam.step()

    run = captured(step) if args.graph else step
    times = []
    # A GPU's kernels are chosen and compiled in the first steps.
    warm_up = 2 if device.type == "cpu" else 20
    for _ in range(args.steps + warm_up):
        z.copy_(torch.randn(args.batch, LATENT, 1, 1))
        begin = time.perf_counter()
        run()
        if device.type == "cuda":
            torch.cuda.synchronize()
        times.append((time.perf_counter() - begin) * 1e3)
    times = times[warm_up:]
    median = statistics.median(times)
    return {
        "images_per_s": round(args.batch / median * 1e3, 1),
        "ms_per_step": round(median, 1),
        "best_ms": round(min(times), 1),
        "peak_rss_mb": round(peak_rss_mb()),
        "threads": torch.get_num_threads(),
    }


def latency_in(layout, args):
    g = generator(args.size, args.width).to(memory_format=layout).eval()
    times = []
    with torch.inference_mode():
        for _ in range(400):
            z = torch.randn(1, LATENT, 1, 1).contiguous(memory_format=layout)
            begin = time.perf_counter()
            g(z)
            times.append((time.perf_counter() - begin) * 1e3)
            # Like `morphogan bench latency`: at the pace of a hand on a slider, caches and threads at rest in between.
            time.sleep(0.016)
    times = sorted(times[50:])
    at = lambda p: round(times[int((len(times) - 1) * p)], 3)
    return {"best_ms": at(0), "p50_ms": at(0.5), "p95_ms": at(0.95), "p99_ms": at(0.99)}


def latency(args):
    """The better of the two layouts: for one picture that is often the plain one."""
    layouts = (torch.channels_last, torch.contiguous_format)
    return min((latency_in(layout, args) for layout in layouts), key=lambda result: result["p50_ms"])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--device", choices=["auto", "cpu", "cuda"], default="auto")
    parser.add_argument("--precision", choices=["f32", "bf16"], default="f32")
    parser.add_argument("--graph", action="store_true", help="on a GPU: the step as one CUDA graph")
    parser.add_argument("--latency", action="store_true", help="time one picture in eval mode instead")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(42)
    print(json.dumps(latency(args) if args.latency else train(args)))


if __name__ == "__main__":
    main()
