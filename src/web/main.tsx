import './style/tokens.css';
import './style/base.css';
import './style/shell.css';
import './style/pages.css';
import { render } from 'preact';
import { App } from './app.js';
import { startRouter } from './lib/router.js';
import { startSession } from './lib/session.js';
import { startTheme } from './lib/theme.js';

startTheme();
startRouter();
void startSession();
render(<App />, document.getElementById('app')!);
