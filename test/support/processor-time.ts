/** Processor time of this thread so far, in milliseconds: what something costs, whatever else the machine does meanwhile. */
export function processorMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
