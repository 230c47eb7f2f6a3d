// What Max's js takes beside what @types/maxmsp says of it; read by the type checker alone.

interface LiveAPI {
  call(name: string, ...values: any[]): any;
}

interface Task {
  repeat(times?: number, delay?: number): void;
}
