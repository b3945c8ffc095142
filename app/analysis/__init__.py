"""What the readings say: numbers from arrays, without a file, a window or a figure in sight.

Every estimator works on a cube of reads `(arms, readers, cases)` in which NaN means "not read"; a higher
score always means more disease and the direction is never flipped.
"""
