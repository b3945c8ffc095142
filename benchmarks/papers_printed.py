"""What the papers print of their nets, on their own patients; none of it was measured here."""

PRINTED = {
    "hsieh2021-cnn-supervised": "accuracy 0.943, sensitivity 0.322, specificity 0.998 (Table 2)",
    "hsieh2021-densenet121-supervised": "accuracy 0.934, sensitivity 0.230, specificity 0.996 (Table 2)",
    "hsieh2021-resnet50v2-supervised": "accuracy 0.957, sensitivity 0.533, specificity 0.995 (Table 2)",
    "hsieh2021-cnn-supcon": "accuracy 0.959, sensitivity 0.596, specificity 0.991 (Table 2)",
    "hsieh2021": "accuracy 0.960, sensitivity 0.564, specificity 0.995 (Table 2)",
    "hsieh2021-resnet50v2-supcon": "accuracy 0.961, sensitivity 0.599, specificity 0.993, AUC 0.92 (Table 2)",
    "liu2022": "AUC 0.926, accuracy 0.886, sensitivity 0.926, specificity 0.855",
    "liu2022-segment": "Dice 0.739",
    "unet": "Dice 0.662 (as Liu's rival)",
    "dynunet": "Dice 0.682 (nnU-Net, as Liu's rival)",
    "magboo": "accuracy 0.83, sensitivity 0.76, precision 0.86, F1 0.81",
    "ibrahim2023": "AUC 0.897, sensitivity 0.822, specificity 0.805 (external test set)",
    "doubleunet2023-otsu": "best variant: precision 0.700, sensitivity 0.636, F1 0.666 of pixels",
}
"""By recipe. Hsieh 2021, J Pers Med 11:1248; Liu 2022, Cancer Manag Res; Magboo & Magboo; Ibrahim 2023,
Cancer Imaging 23:12; the double U-Net paper, Diagnostics 2023;13:3042."""
