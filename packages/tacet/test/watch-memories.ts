/** The memories that are made while it is in use, none of which is garbage. */
export interface MemoryWatch extends Disposable {
  readonly memories: readonly WebAssembly.Memory[];
}

/** Watches which WebAssembly memories are made. */
export function watchMemories(): MemoryWatch {
  const { Memory } = WebAssembly;
  const memories: WebAssembly.Memory[] = [];
  WebAssembly.Memory = class extends Memory {
    constructor(descriptor: WebAssembly.MemoryDescriptor) {
      super(descriptor);
      memories.push(this);
    }
  };
  return {
    memories,
    [Symbol.dispose]: () => {
      WebAssembly.Memory = Memory;
    },
  };
}
