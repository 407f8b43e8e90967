/** The pages' door. */
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import './ui/theme.css'
import './ui/base.css'
import './ui/frame.css'

const place = document.getElementById('root')!

createRoot(place, {
  onUncaughtError(error) {
    console.error(error)
    // React has taken everything away by then; an empty page would tell nothing
    const words = document.createElement('p')
    words.className = 'notice'
    words.textContent =
      'This page failed. Reload it; if it fails again, `npx outrider run <trace ID>` shows the same run.'
    queueMicrotask(() => place.replaceChildren(words))
  },
}).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
