"""Every test of learning computes on one thread: tiny nets lose more by sharing out work than they win."""

from __future__ import annotations

import torch

torch.set_num_threads(1)
