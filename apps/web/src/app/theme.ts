import {
  createTheme,
  localStorageColorSchemeManager,
  type CSSVariablesResolver,
  type MantineColorsTuple,
} from '@mantine/core';

/** The one accent. Everything else is grey, but for what is good, doubtful or wrong. */
const pine: MantineColorsTuple = [
  '#e9f7f5',
  '#d0ece8',
  '#a1d9d1',
  '#6ec4b9',
  '#43b0a3',
  '#249d8f',
  '#128577',
  '#0d7568',
  '#0b6459',
  '#084f47',
];

const gray: MantineColorsTuple = [
  '#f7f8f9',
  '#eff1f3',
  '#e4e7ea',
  '#d3d8dd',
  '#b6bdc5',
  '#8d96a1',
  '#636c78',
  '#4a525d',
  '#2f363f',
  '#181c22',
];

const dark: MantineColorsTuple = [
  '#dfe3e8',
  '#b4bbc4',
  '#959ea9',
  '#6d7682',
  '#343a42',
  '#282d34',
  '#1e2228',
  '#121417',
  '#0d0f11',
  '#090a0c',
];

export const theme = createTheme({
  primaryColor: 'pine',
  primaryShade: { light: 7, dark: 7 },
  colors: { pine, gray, dark },
  white: '#ffffff',
  black: '#181c22',
  fontFamily:
    "-apple-system, 'Segoe UI', Inter, Roboto, 'Noto Sans', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', system-ui, sans-serif",
  fontFamilyMonospace: "ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', monospace",
  defaultRadius: 'sm',
  radius: { xs: '4px', sm: '6px', md: '10px', lg: '14px', xl: '999px' },
  cursorType: 'pointer',
  respectReducedMotion: true,
  headings: {
    fontWeight: '620',
    sizes: {
      h1: { fontSize: '1.5rem', lineHeight: '1.3' },
      h2: { fontSize: '1rem', lineHeight: '1.4' },
      h3: { fontSize: '0.9375rem', lineHeight: '1.4' },
    },
  },
  components: {
    Badge: { defaultProps: { tt: 'none', fw: 550, radius: 'sm' } },
    Anchor: { defaultProps: { underline: 'hover' } },
    Modal: { defaultProps: { centered: true, radius: 'md' }, styles: { title: { fontWeight: 620 } } },
    Drawer: { styles: { title: { fontWeight: 620 } } },
    Tooltip: { defaultProps: { openDelay: 300 } },
  },
});

/** Colours that Mantine has no name for, and the greys of Mantine's that are too pale to read. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#fafbfb',
    '--mantine-color-dimmed': '#5a636e',
    '--mantine-color-placeholder': '#6b747f',
    '--mantine-color-anchor': '#0b6459',
    '--mantine-color-error': '#c92a2a',
    '--mantine-color-red-filled': '#c92a2a',
    '--mantine-color-red-filled-hover': '#b02525',
    '--cr-surface': '#ffffff',
    '--cr-sunken': '#f5f6f7',
    '--cr-line': '#e4e7ea',
    '--cr-good': '#0b6459',
    '--cr-bad': '#c92a2a',
    '--mantine-color-teal-light': '#e3f4f0',
    '--mantine-color-teal-light-color': '#0b6459',
    '--mantine-color-yellow-light': '#fcf3de',
    '--mantine-color-yellow-light-color': '#7d5200',
    '--mantine-color-red-light': '#fdefee',
    '--mantine-color-red-light-color': '#b42318',
    '--mantine-color-blue-light': '#e9eefb',
    '--mantine-color-blue-light-color': '#2f56b3',
    '--mantine-color-gray-light': '#eff1f3',
    '--mantine-color-gray-light-color': '#4a525d',
  },
  dark: {
    '--mantine-color-body': '#0f1114',
    '--mantine-color-dimmed': '#97a0ab',
    '--mantine-color-placeholder': '#8a939e',
    '--mantine-color-anchor': '#6ec4b9',
    '--mantine-color-error': '#ff8787',
    '--mantine-color-red-filled': '#c92a2a',
    '--mantine-color-red-filled-hover': '#b02525',
    '--cr-surface': '#15181c',
    '--cr-sunken': '#1b1f24',
    '--cr-line': '#282d34',
    '--cr-good': '#6ec4b9',
    '--cr-bad': '#ff8787',
    '--mantine-color-teal-light': '#16302e',
    '--mantine-color-teal-light-color': '#6ec4b9',
    '--mantine-color-yellow-light': '#33291a',
    '--mantine-color-yellow-light-color': '#e5b75c',
    '--mantine-color-red-light': '#361e20',
    '--mantine-color-red-light-color': '#ff9b9b',
    '--mantine-color-blue-light': '#1e2740',
    '--mantine-color-blue-light-color': '#9db4ee',
    '--mantine-color-gray-light': '#24282e',
    '--mantine-color-gray-light-color': '#b4bbc4',
  },
});

/** The same key as in `public/color-scheme.js`. */
export const colorSchemeManager = localStorageColorSchemeManager({ key: 'code-router-color-scheme' });
