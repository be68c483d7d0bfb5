// SPDX-License-Identifier: MIT
export { average } from "./average.js";
export { median } from "./median.js";
