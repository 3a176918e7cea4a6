/** What people may call a sign when they read it out; for those who cannot see it, or whose system cannot draw it. */
export const SIGN_NAMES: Readonly<Record<string, string>> = {
  '🍋': 'lemon', '🍇': 'grapes', '🍉': 'melon', '🍒': 'cherry', '🥝': 'kiwi', '🥕': 'carrot', '🌶': 'pepper', '🍞': 'bread',
  '🧀': 'cheese', '🍩': 'donut', '🍯': 'honey', '☕': 'coffee', '🐝': 'bee', '🐞': 'beetle', '🐌': 'snail', '🐍': 'snake',
  '🐬': 'dolphin', '🐳': 'whale', '🦉': 'owl', '🦆': 'duck', '🦒': 'giraffe', '🐪': 'camel', '🦔': 'hedgehog', '🐿': 'squirrel',
  '🌻': 'flower', '🌲': 'tree', '🍁': 'leaf', '🌊': 'wave', '⛄': 'snowman', '🌈': 'rainbow', '⭐': 'star', '☀': 'sun',
  '⚡': 'lightning', '🏠': 'house', '🏰': 'castle', '🗼': 'tower', '⛺': 'tent', '🚗': 'car', '🚜': 'tractor', '🚁': 'helicopter',
  '⛵': 'boat', '🎈': 'balloon', '🎁': 'present', '🎲': 'dice', '🎯': 'target', '🧩': 'puzzle', '🎨': 'paint', '🎻': 'violin',
  '🥁': 'drum', '🎤': 'mike', '📷': 'camera', '📺': 'television', '💎': 'diamond', '👑': 'crown', '🧦': 'socks', '👞': 'shoe',
  '🎒': 'backpack', '🕯': 'candle', '🔭': 'telescope', '🧲': 'magnet', '🪁': 'kite', '🪜': 'ladder', '🧵': 'thread', '🥄': 'spoon',
};
