/** The parts of rhea that it exports without types. */
declare module 'rhea/lib/*' {
  const part: any;
  export default part;
}
