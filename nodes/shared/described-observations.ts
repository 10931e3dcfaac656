/**
 * The observations that flows use, and whose meaning is documented (docs/zaptec-api.md, "Observations"). Their
 * descriptions are in the catalogue.
 */
export const DESCRIBED: readonly number[] = [
  -3, -2, -1, 120, 145, 150, 151, 153, 201, 270, 501, 502, 503, 507, 508, 509, 510, 511, 513, 519, 520, 522, 523, 553,
  554, 702, 708, 710, 711, 712, 715, 718, 721, 722, 723, 750, 760, 761, 763, 800, 802, 803, 804, 809, 911, 1161,
];
